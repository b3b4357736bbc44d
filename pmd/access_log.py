"""gunicorn's line for each request, as fields: who asked for what, the answer, and how long it took."""

from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from pmd.logs import IP, REQUEST_ID, WHO


class AccessLog(Logger):
    """What was asked behind the «?» is left out: people's names and what they searched for are in it."""

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        if not self.access_log_enabled:
            return
        status = int(str(resp.status).split(None, 1)[0])
        method, path = environ.get("REQUEST_METHOD", ""), environ.get("PATH_INFO", "")
        fields = {
            "method": method,
            "path": path,
            "status": status,
            "bytes": getattr(resp, "sent", None),
            "ms": round(request_time.total_seconds() * 1000, 1),
            "ip": environ.get(IP) or environ.get("REMOTE_ADDR", ""),
            "user": environ.get(WHO, ""),
            "agent": environ.get("HTTP_USER_AGENT", "")[:200],
        }
        if code := environ.get(REQUEST_ID):
            fields["request_id"] = code
        self.access_log.info("%s %s %s", method, path, status, extra=fields)
