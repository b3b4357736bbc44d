import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from pmd.environment import require_for_serving

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmd.settings")
require_for_serving(settings)
application = get_wsgi_application()
