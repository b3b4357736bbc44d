from django.contrib.admin.apps import AdminConfig


class PlanningAdminConfig(AdminConfig):
    """Django's admin with planning's site in the place of the default one."""

    default_site = "catalog.admin_site.PlanningAdminSite"
