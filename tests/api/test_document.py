"""The description of the API: true to the code, valid, the same as in docs/, and a page of the site."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from clustering.api.docs import text
from clustering.api.openapi import document
from clustering.api.problems import STATUSES

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


def test_is_the_one_that_is_committed():
    assert COMMITTED.read_text(encoding="utf-8") == text(), "make openapi writes docs/openapi.json again"


def test_is_valid():
    assert list(OpenAPIV31SpecValidator(json.loads(text())).iter_errors()) == []


def test_names_each_operation_once_and_says_what_it_does():
    said = [one for methods in document()["paths"].values() for one in methods.values()]
    names = [one["operationId"] for one in said]
    assert len(names) == len(set(names))
    assert all(re.fullmatch("[a-z_]+", name) for name in names)
    assert all(one["description"].endswith(".") for one in said)


def test_refers_to_nothing_that_is_not_there():
    for name in re.findall(r'"#/components/(\w+/\w+)"', text()):
        part, key = name.split("/")
        assert key in document()["components"][part], name


def test_has_every_code_of_a_problem():
    assert document()["components"]["schemas"]["Problem"]["properties"]["code"]["enum"] == list(STATUSES)


@pytest.mark.django_db
class TestPage:
    def test_is_open_to_everybody(self):
        answer = Client().get("/api/v1/docs")
        page = answer.content.decode()
        assert answer.status_code == 200
        for path in document()["paths"]:
            assert path in page
        for code in STATUSES:
            assert f'id="{code}"' in page

    def test_holds_no_script_and_no_style(self):
        page = Client().get("/api/v1/docs").content.decode()
        assert not re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)

    def test_leads_to_schemas_that_are_there(self):
        page = Client().get("/api/v1/docs").content.decode()
        ids = set(re.findall(r'id="([^"]+)"', page))
        assert set(re.findall(r'href="#([^"]+)"', page)) <= ids

    def test_is_sent_once(self):
        client = Client()
        answer = client.get("/api/v1/openapi.json")
        assert answer.json()["openapi"] == "3.1.0"
        assert (
            client.get("/api/v1/openapi.json", headers={"If-None-Match": answer["ETag"]}).status_code == 304
        )
