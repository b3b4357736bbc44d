# Read by gunicorn in the folder in which it is started; what its command line says wins.
import os

from pmd import env_file, environment, logs

env_file.load(os.environ)

# Which headers of a proxy count is for the product to say (PMD_PROXY_COUNT). By itself gunicorn believes those of this
# machine and of whatever comes by a socket.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""

logger_class = "pmd.access_log.AccessLog"
_demo = environment.read_bool(os.environ, "PMD_DEMO", default=False)
_local = _demo or environment.read_bool(os.environ, "DEBUG", default=False)
logconfig_dict = logs.of_gunicorn(
    environment.read_log_format(os.environ, local=_local), environment.read_log_level(os.environ, demo=_demo)
)
