"""AI Hub "한국인 감정인식을 위한 복합 영상" → face crops in class folders, split by person.

find_sources → read annotations → plan (label, person, cap) → crop in worker processes → shelve, journal → report
"""
