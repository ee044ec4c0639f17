"""Writes the tables of docs/cost.md from the bundled study bills.

Usage: python calibration/bills.py [docs/cost.md]
Without a file the tables are printed; with one, what stands between its two marks is replaced.
"""

from page import main

from wheelbase.catalogue import catalogue
from wheelbase.cost import price
from wheelbase.prices import Money
from wheelbase.study import load_costed
from wheelbase.study.cars import basis_of, bill_year, build_cars
from wheelbase.study.figures import rounded

# List prices, nominal: powertrain, year, amount, currency, value added tax in it, where it stands.
LIST_PRICES = (
    ("petrol_330i", 2022, 41450, "USD", 0.0, "US base price of the family, EPA OMEGA fleet 2022"),
    ("plugin_330e", 2020, 50550, "EUR", 0.19, "Germany, faz.net 16815061, June 2020"),
    ("i4", 2022, 58300, "EUR", 0.19, "Germany, electrive.net, February 2022"),
    ("id3", 2020, 35575, "EUR", 0.16, "Pro Performance, Germany, ev-database 2020; 16 % inferred"),
)


def row(cells):
    return "| " + " | ".join(str(c) for c in cells) + " |"


def head(cells, numbers):
    """Return the head of a table; `numbers` is the range of its columns of numbers."""
    return [
        row(cells),
        "|" + "".join("---:|" if n in numbers else "---|" for n in range(len(cells))),
    ]


def euros(value):
    """Return an amount as `wheelbase cost` prints it: of the digits that its results keep."""
    return f"{rounded(value):,.0f}"


def span(low, high):
    return f"{euros(low)} to {euros(high)}"


def name_of(car):
    return f"{car.powertrain.id}@{car.platform.id}"


def summary(bills, base):
    groups = dict.fromkeys(g for bill in bills.values() for g in bill.groups())
    out = head([f"EUR of {base}", *bills], range(1, len(bills) + 1))
    sums = {name: bill.groups() for name, bill in bills.items()}
    for group in groups:
        out.append(row([group, *(euros(s[group]) if group in s else "" for s in sums.values())]))
    rows = (
        ("**direct cost**", lambda b: euros(b.direct)),
        ("lowest to highest", lambda b: span(*b.span)),
        ("share of it estimated", lambda b: f"{100 * estimated(b):.0f} %"),
        ("indirect cost", lambda b: euros(b.overhead)),
        ("margin", lambda b: euros(b.margin.cost)),
        ("**price without taxes**", lambda b: euros(b.price_net)),
    )
    return out + [row([label, *(cell(b) for b in bills.values())]) for label, cell in rows]


def estimated(bill):
    """Return the share of direct cost that rests on an estimate."""
    return sum(item.cost for item in bill.lines if item.status == "estimate") / bill.direct


def one_bill(name, bill):
    out = [f"### {name}", ""]
    out += head(
        ["group", "part", "cost", "low to high", "equation and learning", "source"], range(2, 4)
    )
    for item in bill.lines:
        clock = f"{item.equation}; {item.learning}"
        source = f"{item.source} ({item.status})"
        cells = [item.group, item.part, euros(item.cost), span(item.low, item.high), clock, source]
        out.append(row(cells))
    for item in (*bill.indirect, bill.margin):
        kind = "margin" if item is bill.margin else "indirect"
        source = f"{item.source} ({item.status})"
        equation = f"{item.cost / bill.direct:.4f} x direct cost"
        cells = [kind, item.name, euros(item.cost), span(item.low, item.high), equation, source]
        out.append(row(cells))
    return out


def against_lists(cars, basis):
    """Return the table of computed prices beside list prices, each in the year of the list."""
    base = basis.prices.base
    out = head(["car", "year", "list price", f"without tax, EUR{base}", "direct cost",
                "computed price", "computed over list", "source of the list price"],
               range(2, 7))  # fmt: skip
    for powertrain, year, amount, currency, tax, source in LIST_PRICES:
        car = next(c for c in cars.values() if c.powertrain.id == powertrain)
        real = basis.prices.real(Money(amount / (1 + tax), currency, year))
        bill = price(car, year, basis)
        out.append(
            row([powertrain, year, f"{currency} {amount:,}", euros(real), euros(bill.direct),
                 euros(bill.price_net), f"{bill.price_net / real:.2f}", source])
        )  # fmt: skip
    return out


def tables():
    """Return all tables as Markdown."""
    study = load_costed("bills", catalogue())
    cars, basis, year = build_cars(study).variants, basis_of(study), bill_year(study)
    bills = {name_of(car): price(car, year, basis) for car in cars.values()}
    out = [f"Built in {year}, battery prices by the path `{basis.pack.name}`.", ""]
    out += [*summary(bills, basis.prices.base), "", "### Against list prices", ""]
    out += against_lists(cars, basis)
    for name, bill in bills.items():
        out += ["", *one_bill(name, bill)]
    return "\n".join(out)


if __name__ == "__main__":
    main("bills", tables)
