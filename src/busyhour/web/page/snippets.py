"""The request of a page as one may send it oneself: by curl, by the vendor's Python SDK, by our command line."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from busyhour.domain.dimensions import Dimension
from busyhour.domain.requests import Figure

__all__ = ["KEY_VARIABLE", "cli", "curl", "explain", "python"]

KEY_VARIABLE = "DIALPAD_API_KEY"
_FILE = "report.csv"


def curl(url: str, fields: Mapping[str, Any]) -> str:
    """A script for any shell that has curl and sed: start, wait, fetch."""
    body = shlex.quote(json.dumps(dict(fields), indent=2, ensure_ascii=False))
    return f"""\
url={shlex.quote(url)}
auth="Authorization: Bearer ${KEY_VARIABLE}"
value() {{ sed -n "s/.*\\"$1\\": *\\"\\([^\\"]*\\)\\".*/\\1/p"; }}

id=$(curl -sSf -X POST "$url/api/v2/stats" -H "$auth" \\
  -H 'Content-Type: application/json' -d {body} | value request_id)
until answer=$(curl -sSf "$url/api/v2/stats/$id" -H "$auth") || exit 1
      [ "$(echo "$answer" | value status)" != processing ]; do sleep 1; done
curl -sSf -o {_FILE} "$(echo "$answer" | value download_url)"
"""


def python(url: str, fields: Mapping[str, Any]) -> str:
    """A script for the SDK: `pip install python-dialpad`."""
    asked = "".join(f"    {name!r}: {value!r},\n" for name, value in fields.items())
    return f"""\
import os
import time
from urllib.request import urlretrieve

from dialpad import DialpadClient  # pip install python-dialpad

client = DialpadClient(token=os.environ["{KEY_VARIABLE}"], base_url={url!r})
started = client.stats.initiate_processing({{
{asked}}})
while (result := client.stats.get_result(started["request_id"]))["status"] == "processing":
    time.sleep(1)
urlretrieve(result["download_url"], "{_FILE}")
"""


def cli(url: str, company: str, fields: Mapping[str, Any], by: Dimension | None) -> str:
    """A command: to this server by its API, and for our own forms on its home folder."""
    if by is not None:
        return _command("report", fields, ["--by", by.value, "--company", company, "-o", _FILE])
    return _command("report", fields, ["--url", url]) + f' --key "${KEY_VARIABLE}" -o {_FILE}'


def explain(company: str, fields: Mapping[str, Any], by: Dimension | None, figure: Figure) -> str:
    """A command for the records behind a figure, on the home folder."""
    more = ["--by", by.value] if by is not None else []
    more += ["--column", figure.column]
    for name, value in figure.row:
        option = _EXPLAIN_OPTIONS.get(name)
        more += [option, value] if option else ["--row", f"{name}={value}"]
    return _command("explain", fields, [*more, "--company", company, "-o", _FILE])


_EXPLAIN_OPTIONS = {"date": "--date", "user": "--user", "user_id": "--user", "group": "--group", "group_id": "--group"}


def _command(name: str, fields: Mapping[str, Any], more: list[str]) -> str:
    words = ["busyhour", name]
    for field, value in fields.items():
        option = f"--{field.replace('_', '-')}"
        words += [option] if value is True else [option, str(value)]
    return shlex.join([*words, *more])
