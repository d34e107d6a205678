"""What the tables promise: keys point down the order of features, and every table can be distributed by agency."""

import importlib
from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, MetaData, Table, UniqueConstraint

from survey_app.db import Base
from tests.architecture import ORDER, feature_of, house, module_name


def keys_point_down(metadata: MetaData, owner: Mapping[str, str]) -> list[str]:
    """`owner` maps each table to its feature; base modules stand below all features."""
    rank = {table: ORDER.index(feature) if feature in ORDER else -1 for table, feature in owner.items()}
    return [
        f"{table.name} ({owner[table.name]}) points up to {key.column.table.name} ({owner[key.column.table.name]})"
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if rank[key.column.table.name] > rank[table.name]
    ]


def distribution_declared(metadata: MetaData, _owner: Mapping[str, str]) -> list[str]:
    return [
        f"{table.name} does not say how it is distributed"
        for table in metadata.tables.values()
        if table.info.get("distribution") not in ("reference", "agency_id")
    ]


def agency_leads_every_key(metadata: MetaData, _owner: Mapping[str, str]) -> list[str]:
    """Primary keys, unique constraints and unique indexes of distributed tables begin with agency_id."""
    found = []
    for table in filter(distributed, metadata.tables.values()):
        unique = [item for item in table.constraints if isinstance(item, UniqueConstraint)]
        keys = [table.primary_key, *unique, *(index for index in table.indexes if index.unique)]
        found += [f"{table.name}: {key.name} begins without agency_id" for key in keys if not leads(key.columns.keys())]
    return found


def agency_leads_foreign_keys(metadata: MetaData, _owner: Mapping[str, str]) -> list[str]:
    """Between distributed tables a foreign key carries the agency; no reference table points at one."""
    found = []
    for table in metadata.tables.values():
        for key in table.foreign_key_constraints:
            if distributed(key.referred_table) and not (distributed(table) and leads(key.column_keys)):
                found.append(f"{table.name} points at {key.referred_table.name} without agency_id")
    return found


def distributed(table: Table) -> bool:
    return table.info.get("distribution") == "agency_id"


def leads(columns: list[str]) -> bool:
    return columns[:1] == ["agency_id"]


TableRule = Callable[[MetaData, Mapping[str, str]], list[str]]
TABLE_RULES: list[TableRule] = [
    keys_point_down,
    distribution_declared,
    agency_leads_every_key,
    agency_leads_foreign_keys,
]


def planted_tables() -> tuple[MetaData, Mapping[str, str]]:
    """One breach of each rule of the tables."""
    metadata = MetaData()
    info = {"distribution": "agency_id"}
    Table("undeclared", metadata, Column("id", Integer, primary_key=True))
    Table(
        "response",
        metadata,
        Column("agency_id", Integer, primary_key=True),
        Column("id", Integer, primary_key=True),
        Column("number", Integer, unique=True),
        info=info,
    )
    key = ForeignKeyConstraint(["response_id", "agency_id"], ["response.id", "response.agency_id"])
    columns = [Column("agency_id", Integer, primary_key=True), Column("response_id", Integer, primary_key=True)]
    Table("comment", metadata, *columns, key, info=info)
    upward = Column("comment_id", Integer, ForeignKey("comment.response_id"))
    Table("agency", metadata, Column("id", Integer, primary_key=True), upward, info={"distribution": "reference"})
    return metadata, {
        "undeclared": "audit",
        "response": "responses",
        "comment": "responses",
        "agency": "agencies",
    }


@pytest.fixture(scope="module")
def tables() -> tuple[MetaData, Mapping[str, str]]:
    """The real tables, each with the feature (or base module) whose source defines it."""
    modules = [name for name in map(module_name, house()) if name.endswith(".models") or name.count(".") == 1]
    owner: dict[str, str] = {}
    for name in modules:
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, Table):
                owner[value.name] = feature_of(name) or name
    for mapper in Base.registry.mappers:
        module = mapper.class_.__module__
        owner[str(mapper.local_table)] = feature_of(module) or module
    return Base.metadata, owner


@pytest.mark.parametrize("rule", TABLE_RULES)
def test_a_planted_table_is_found(rule: TableRule) -> None:
    assert rule(*planted_tables())


@pytest.mark.parametrize("rule", TABLE_RULES)
def test_the_tables_keep_the_rule(rule: TableRule, tables: tuple[MetaData, Mapping[str, str]]) -> None:
    metadata, owner = tables
    assert owner.keys() == metadata.tables.keys()
    assert rule(metadata, owner) == []
