// Questions that the drawings put to the columns of a timeline. Absent values are null and stay gaps.

const SHORTEST_GAP = 1;
const STEPS_PER_GAP = 2.5;

/** Seconds between neighbouring values from which nothing is drawn between them: a stage may run on every third row. */
export function gapOf(times) {
  const steps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
  return Math.max(SHORTEST_GAP, STEPS_PER_GAP * (steps[steps.length >> 1] ?? 0));
}

/** Stretches of [time, ...values] without a gap; rows in which one of the columns is absent are left out. */
export function runs(times, columns, gap) {
  const found = [];
  let last = -Infinity;
  times.forEach((time, i) => {
    const row = columns.map((column) => column[i]);
    if (row.some((value) => value === null)) return;
    if (time - last > gap) found.push([]);
    found.at(-1).push([time, ...row]);
    last = time;
  });
  return found;
}

/** The value of a column nearest to a time, null where none is within the gap. */
export function nearest(times, column, time, gap) {
  let best = null;
  let distance = gap;
  times.forEach((at, i) => {
    if (column[i] !== null && Math.abs(at - time) <= distance) {
      best = column[i];
      distance = Math.abs(at - time);
    }
  });
  return best;
}

/** Expression as four bands: smile, neutral, surprise, and what may look negative. */
export function bands(series) {
  const negative = series.timestamp.map((_, i) => {
    const parts = ["sad", "angry", "fear", "disgust"].map((name) => series[`emotion_${name}`][i]);
    return parts.includes(null) ? null : parts.reduce((sum, part) => sum + part, 0);
  });
  return { happy: series.emotion_happy, neutral: series.emotion_neutral, surprise: series.emotion_surprise, negative };
}

export const within = (spans, time) => spans.some((span) => span.start <= time && time <= span.end);
