"""The pages that say that something is not there or not allowed.

Django draws them in a thread that belongs to no request. Whatever they ask of the database there would stay open: a
connection missing from the pool, and one that breaks the page once the database has been restarted.
"""

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.views import defaults


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _and_let_go(defaults.bad_request(request, exception))


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _and_let_go(defaults.permission_denied(request, exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _and_let_go(defaults.page_not_found(request, exception))


def _and_let_go(page: HttpResponse) -> HttpResponse:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:  # only in a test that asks within its own transaction
            connection.close()
    return page
