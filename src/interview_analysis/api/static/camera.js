// Camera, microphone and recorder of the browser, without any drawing.

const TYPES = ["video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const BITS = 2_500_000;

export const canRecord = () => Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);

/**
 * A stream of the chosen devices ("" = the browser's choice). Without a microphone the picture alone; without a camera
 * the error of getUserMedia.
 */
export async function openCamera(cameraId, microphoneId) {
  const video = { ...SIZE, ...(cameraId ? { deviceId: { exact: cameraId } } : {}) };
  const audio = microphoneId ? { deviceId: { exact: microphoneId } } : true;
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio });
  } catch (error) {
    try {
      return await navigator.mediaDevices.getUserMedia({ video });
    } catch {
      throw error;
    }
  }
}

export function closeStream(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** { cameras, microphones }; names are there once access was given. */
export async function listDevices() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return {
    cameras: devices.filter((device) => device.kind === "videoinput"),
    microphones: devices.filter((device) => device.kind === "audioinput"),
  };
}

/** Calls onLevel with the loudness 0–1 (−60 dB to 0 dB) about ten times a second; returns a function that ends it. */
export function watchLevel(stream, onLevel) {
  const context = new AudioContext();
  const meter = context.createAnalyser();
  meter.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(meter);
  const samples = new Float32Array(meter.fftSize);
  const timer = setInterval(() => {
    meter.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    onLevel(Math.min(1, Math.max(0, 1 + (10 * Math.log10(power + 1e-9)) / 60)));
  }, 100);
  return () => {
    clearInterval(timer);
    context.close();
  };
}

/** Records at once; { stop(), done }, where done gives { blob, name, seconds } after stop. */
export function record(stream) {
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITS });
  const parts = [];
  const began = performance.now();
  const done = new Promise((resolve, reject) => {
    recorder.ondataavailable = (event) => event.data.size && parts.push(event.data);
    recorder.onerror = (event) => reject(event.error);
    recorder.onstop = () => {
      const type = recorder.mimeType.split(";")[0];
      const name = `recording.${type === "video/mp4" ? "mp4" : "webm"}`;
      resolve({ blob: new Blob(parts, { type }), name, seconds: (performance.now() - began) / 1000 });
    };
  });
  recorder.start(1000);
  return { stop: () => recorder.state !== "inactive" && recorder.stop(), done };
}
