from django.urls import URLPattern, URLResolver, path

from coaching.booking.views import choosing, offers, repeating

urlpatterns: list[URLPattern | URLResolver] = [
    path("", choosing.book, name="book"),
    path("-/written/", choosing.book_written, name="book_written"),
    path("<slug:slug>/", choosing.book_type, name="book_type"),
    path("<slug:slug>/repeat/", repeating.book_repeat, name="book_repeat"),
    path("<slug:slug>/waiting/", offers.book_waiting, name="book_waiting"),
    path("<slug:slug>/slots.json", choosing.book_slots, name="book_slots"),
]
