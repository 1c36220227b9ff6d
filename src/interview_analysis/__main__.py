"""``python -m interview_analysis``."""

from interview_analysis.cli import main

if __name__ == "__main__":
    main()
