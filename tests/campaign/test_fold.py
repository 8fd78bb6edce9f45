"""How two spellings of a number are compared, in SQL, against the rule in Python."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.campaign.endpoint import Endpoint
from tests.campaign.model import fold
from tests.sources import superuser

WRITTEN = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12),
    st.text(st.sampled_from("Sốỗ ĐđẰa\u0301\u0302\t\n /2004-07"), max_size=12),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WRITTEN, min_size=20, max_size=60))
def test_fold_is_the_rule_whichever_way_it_takes(campaign_db: Endpoint, written: list[str]) -> None:
    with superuser(campaign_db) as conn:
        folded = conn.execute(
            "select mirror.fold(w) from unnest(%s::text[]) with ordinality as u (w, place) order by place", [written]
        ).fetchall()
    assert [row[0] for row in folded] == [fold(one) for one in written]
