"""A river folder in the form in which the prefecture publishes it: sensors.csv and a file a day."""
import datetime
import pathlib

COLUMNS = ("id,日付,所在地,河川名,観測所名,管理者名,はん濫危険水位,避難判断水位,はん濫注意水位,水防団待機水位,"
           "geo3x3,url")
# Of each station: はん濫危険, 避難判断, はん濫注意, 水防団待機.
THRESHOLDS = "6.00,5.00,4.00,3.00"
END = datetime.datetime(2021, 8, 14, 18, 0)
READINGS = 36


def geo3x3(longitude, latitude, depth=15):
    """The Geo3x3 code of a place in the eastern hemisphere, about a metre wide."""
    unit, code, x, y = 180.0, "E", longitude, latitude + 90
    for _ in range(depth):
        unit /= 3
        column, row = int(x // unit), int(y // unit)
        code += str(row * 3 + column + 1)
        x, y = x - column * unit, y - row * unit
    return code


def write_river(folder):
    """Three stations over six hours, every ten minutes: 1 rises above はん濫危険 and stays there."""
    folder = pathlib.Path(folder)
    sensors = [COLUMNS]
    for station in (1, 2, 3):
        place = geo3x3(136.2 + station * 0.02, 36.0)
        sensors.append(f"{station},2021-08-14,福井市照手,試験川,試験橋{station},福井土木,{THRESHOLDS},{place},"
                       f"https://example.jp/{station}")
    rows = ["日時,河川水位,id"]
    for reading in range(READINGS + 1):
        time = END - datetime.timedelta(minutes=10 * (READINGS - reading))
        for station in (1, 2, 3):
            level = 1 + 5.5 * min(1, reading / 30) if station == 1 else 1.1
            rows.append(f"{time:%Y-%m-%dT%H:%M},{level:.2f},{station}")
    for name, lines in (("sensors.csv", sensors), ("2021-08-14.csv", rows)):
        (folder / name).write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")
