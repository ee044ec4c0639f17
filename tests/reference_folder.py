"""A folder of one reference program: x is bought at 1 before the need of 2 or 4, y at 3 after."""

HEADER = "instance,core,time,stoch,published,published_status,own_lower,own_upper,result,note\n"
CORE = """NAME BUY
ROWS
 N COST
 G LEAST
 G NEED
COLUMNS
 X COST 1 LEAST 1
 X NEED 1
 Y COST 3 NEED 1
RHS
 RHS LEAST 1 NEED 2
ENDATA
"""
TIME = "TIME\nPERIODS\n X LEAST NOW\n Y NEED LATER\nENDATA\n"
STOCH = "STOCH\nINDEP DISCRETE\n RHS NEED 2 0.5\n RHS NEED 4 0.5\nENDATA\n"
LEAST = 4.0  # beyond x = 2 each unit costs 1 now or, in half of the cases, 3 later


def written(folder):
    """Write the files of the program into `buy`, and return the folder."""
    (folder / "buy").mkdir(exist_ok=True)
    for name, text in (("buy.cor", CORE), ("buy.tim", TIME), ("buy.sto", STOCH)):
        (folder / "buy" / name).write_text(text)
    return folder


def row(name="buy", core="buy/buy.cor", stoch="buy/buy.sto", published="4", rest=",,,,"):
    return f"{name},{core},buy/buy.tim,{stoch},{published}{rest},\n"


def listed(folder, *rows):
    """Write the list, and return the folder."""
    (folder / "instances.csv").write_text(HEADER + "".join(rows))
    return folder
