"""IHE Invoke Image Display (RAD TF-2, 4.106): an address that another system opens in the reader's browser.

It leads into the application, which asks who it is first, and searches as that person: so this route tells nobody anything,
and what the application asks is judged and audited as everything else. Its own address holds a patient's number because the
standard has it so; we log no addresses, and from here on it stands in the fragment.
"""

from typing import Any, Final
from urllib.parse import parse_qsl

from litestar import MediaType, Request, Response, Router, get

from sixfold.governance.http import needs
from sixfold.governance.model import Action
from sixfold.viewer.model.launch import BadLaunch
from sixfold.viewer.rules.launch import MOST_PARAMETERS, fragment_of, read_launch

INVOKE: Final = "/IHEInvokeImageDisplay"
_LONGEST_QUERY: Final = 8_192


def launch_router() -> Router:
    """The route of this module."""

    @get(INVOKE, opt=needs(Action.OPEN), sync_to_thread=False, status_code=302, media_type=MediaType.TEXT)
    def invoke_image_display(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Show a study or a patient: `requestType=STUDY` with `studyUID` or `accessionNumber`, `PATIENT` with `patientID`."""
        leads_to = f"./{fragment_of(read_launch(_pairs(request)))}"
        headers = {"Location": leads_to, "Cache-Control": "no-store"}
        return Response(b"", status_code=302, headers=headers)

    return Router("/", route_handlers=[invoke_image_display], tags=["launch"])


def _pairs(request: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    """The parameters of the query; raises `BadLaunch`."""
    query = request.scope["query_string"]
    if len(query) > _LONGEST_QUERY:
        raise BadLaunch("the address is too long")
    try:
        return parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise BadLaunch("the query is not UTF-8 in percent encoding, or has too many parameters") from error
