from django.urls import path

from indicators.views import capture, review

app_name = "indicators"
urlpatterns = [
    path("<int:year>/captura/", capture.start, name="capture_start"),
    path("<int:year>/captura/<str:prefix>/<int:month>/", capture.month, name="capture"),
    path("<int:year>/revision/", review.inbox, name="review"),
    path("<int:year>/revision/<str:prefix>/<int:month>/", review.month, name="review_month"),
]
