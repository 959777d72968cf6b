"""Scripts that the tests share."""

import pytest

import mizan

GROWTH = """\
model "Two goods"
years 2024..2027
currency USD
set good = food, metals
source office "Statistical office"
param growth[good]: percent = { food: 10%, metals: 20% } @office
param oil: USD = 100 USD
var income[good]: USD "Income" @office
income[g, first] = 100 USD
income[g] = income[g, t-1] * (1 + growth[g])
scenario low "Low growth" { growth[food] = 0% }
scenario high { oil += 10 USD in 2027 }
show income[*], oil for all
check income[food] in 2024 == 100 USD
"""

DRAWN = """\
years 2024..2026
currency USD
param growth = normal(5%, 2%) per year
param share = uniform(0, 1)
var income: USD
income[first] = 100 USD
income = income[t-1] * (1 + growth)
scenario low { share = 0.5 }
show income, share for all
chart income
check probability(share > 0.25) >= 0.7
"""


@pytest.fixture(scope="session")
def growth() -> mizan.Model:
    return mizan.loads(GROWTH, name="growth.mizan")


@pytest.fixture(scope="session")
def drawn() -> mizan.Model:
    return mizan.loads(DRAWN, name="drawn.mizan")
