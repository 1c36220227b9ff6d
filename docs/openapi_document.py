"""The OpenAPI document of a service without settings on standard output.

python docs/openapi_document.py > docs/openapi.json
"""

from __future__ import annotations

import json
import os
import sys
import tempfile


def render(document: object) -> str:
    """As the file holds it: in the service's own order, a value a line, so that changes can be read."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """In an empty folder and without variables, so that neither ``.env`` nor the shell changes what is written."""
    os.environ.clear()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        from interview_analysis.api.app import create_app  # noqa: PLC0415 - after the environment is empty

        document = create_app().openapi()
    sys.stdout.write(render(document))


if __name__ == "__main__":
    main()
