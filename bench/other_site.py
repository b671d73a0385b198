"""Simulates logins in the format of the RBA data set, independently of `octet simulate`, and writes the truth beside them:
    python3 bench/other_site.py SEED OUTPUT.csv

All numbers are invented, and differ from those of `octet simulate` on purpose: fewer networks, more users of a mobile network,
a company's network or a VPN, more trips, and users who mistype more often. 26,000 users, 300 days, 400 takeovers by four
kinds of attackers in equal parts.
"""
import bisect
import csv
import datetime
import math
import random
import sys

USERS, DAYS, TAKEOVERS = 26_000, 300, 400
START = datetime.datetime(2021, 1, 4)
HEADER = ("index,Login Timestamp,User ID,Round-Trip Time [ms],IP Address,Country,Region,City,ASN,User Agent String,Browser Name and Version,"
          "OS Name and Version,Device Type,Login Successful,Is Attack IP,Is Account Takeover").split(",")
COUNTRIES = ["SE", "FI", "US", "DE", "PL", "GB", "EE", "NL", "FR", "ES", "IT", "UA", "LT", "LV", "IN", "BR", "TR", "CN", "RO", "VN"]
COUNTRIES += [one + other for one in "ABCDEFG" for other in "HIJKLMN"]
OF_USERS = [0.5, 0.15, 0.08, 0.05, 0.04, 0.03, 0.02]  # of the first countries; the others share the rest evenly
OF_USERS += [(1 - sum(OF_USERS)) / (len(COUNTRIES) - len(OF_USERS))] * (len(COUNTRIES) - len(OF_USERS))
DEVICES = [  # type, system, browser, share
    ("desktop", "Windows", "Chrome", 0.3), ("desktop", "Windows", "Edge", 0.08), ("desktop", "Windows", "Firefox", 0.06),
    ("desktop", "Mac OS X", "Safari", 0.09), ("desktop", "Mac OS X", "Chrome", 0.07), ("desktop", "Linux", "Firefox", 0.02),
    ("mobile", "iOS", "Mobile Safari", 0.2), ("mobile", "Android", "Chrome Mobile", 0.15),
    ("tablet", "iOS", "Mobile Safari", 0.02), ("mobile", "Android", "Samsung Internet", 0.01)]
VERSIONS = {"Windows": ["10", "7", "8.1"], "Mac OS X": ["10.14.6", "10.15.7", "11.2"], "Linux": [""],
            "iOS": ["13.5", "14.2", "14.4", "14.6", "12.5"], "Android": ["8.0.0", "9", "10", "11"]}


class Draw:
    """One of some values, by their weights."""

    def __init__(self, values, weights):
        self.values, self.sums = list(values), []
        total = 0
        for weight in weights:
            total += weight
            self.sums.append(total)

    @staticmethod
    def ranked(values, exponent):
        values = list(values)
        return Draw(values, [1 / (rank + 1) ** exponent for rank in range(len(values))])

    def __call__(self, rng):
        return self.values[bisect.bisect_left(self.sums, rng.random() * self.sums[-1])]


class Site:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.rows = []
        self.countries = Draw(COUNTRIES, OF_USERS)
        self.kinds = Draw(DEVICES, [kind[3] for kind in DEVICES])
        self.versions = {system: Draw.ranked(versions, 0.8) for system, versions in VERSIONS.items()}
        self.homes, self.hosts, self.cities = {}, {}, {}
        first = 1000
        for country, share in zip(COUNTRIES, OF_USERS):
            size = max(6, int(140 * share**0.5))
            self.homes[country] = Draw.ranked(range(first, first + size), 1.3)
            first += size
            size = max(4, int(60 * share**0.5))
            self.hosts[country] = Draw.ranked(range(first, first + size), 0.8)
            first += size
            self.cities[country] = Draw.ranked([f"{country}-{city}" for city in range(max(3, int(90 * share**0.5)))], 1)

    def chance(self, probability):
        return self.rng.random() < probability

    def address(self, network):
        return f"{network * 37 % 200 + 20}.{network * 91 % 250}.{self.rng.randrange(256)}.{self.rng.randrange(1, 255)}"

    def anywhere(self):
        return self.countries(self.rng) if self.chance(0.5) else self.rng.choice(COUNTRIES)

    def device(self):
        kind, system, browser, _ = self.kinds(self.rng)
        return {"type": kind, "system": system, "browser": browser, "version": self.versions[system](self.rng),
                "lag": self.rng.choice([0, 0, 0, 1, 1, 2, 5]), "model": self.rng.randrange(60) if system == "Android" else 0,
                "updates": self.chance(0.8), "base": self.rng.randrange(6)}

    def login(self, day, user, country, city, network, address, device, success, attacker="", incident=0):
        number = 80 - device["lag"] + (int((day + 5 * device["base"]) / 35) if device["updates"] else device["base"])
        if device["system"] == "iOS":
            number = device["version"]
        elif device["browser"] == "Safari":
            number = 13 + (day > 150 and device["updates"])
        system = f"{device['system']} {device['version']}".strip()
        agent = f"Mozilla/5.0 ({system}; m{device['model']}) {device['browser']}/{number}"
        self.rows.append((day, user, address, country, city, network, agent, f"{device['browser']} {number}", system, device["type"],
                          success, attacker, incident))

    def make_users(self):
        rng = self.rng
        self.users = []
        for _ in range(USERS):
            country = self.countries(rng)
            home = self.homes[country](rng)
            mobile = self.homes[country](rng) if self.chance(0.55) else home
            self.users.append({
                "id": rng.getrandbits(62), "country": country, "city": self.cities[country](rng), "home": home, "mobile": mobile,
                "on-mobile": rng.betavariate(1, 3) if mobile != home else 0,
                "devices": [self.device() for _ in range(1 + self.chance(0.5) + self.chance(0.15))], "address": self.address(home),
                "logins": math.exp(rng.gauss(0.9, 1.25)), "vpn": self.chance(0.06), "company": None,
                "since": rng.random() * DAYS * 0.6 if self.chance(0.5) else 0, "hour": rng.gauss(13, 4),
                "lease": rng.choice([1, 7, 30, 90]), "successes": 0})
        by_country = {}
        for user in self.users:
            by_country.setdefault(user["country"], []).append(user)
        for country in [self.countries(rng) for _ in range(40)]:
            company = self.hosts[country](rng)
            for user in rng.sample(by_country[country], min(len(by_country[country]), rng.randrange(5, 60))):
                user["company"] = company

    def trips(self, user):
        if not self.chance(0.3):
            return []
        start = user["since"] + self.rng.random() * (DAYS - user["since"])
        return [(start, start + self.rng.uniform(2, 14), self.anywhere())]

    def place(self, user, now, trips):
        """Country, city, network and address of a user's own login."""
        rng, where = self.rng, user["country"]
        away = next((country for start, end, country in trips if start <= now <= end), None)
        draw = rng.random()
        if away:
            network = self.homes[away](rng)
            return away, self.cities[away](rng), network, self.address(network)
        if draw < user["on-mobile"]:
            city = user["city"] if self.chance(0.5) else self.cities[where](rng)
            return where, city, user["mobile"], self.address(user["mobile"])
        if user["company"] and draw < user["on-mobile"] + 0.3:
            return where, user["city"], user["company"], f"10.{user['company'] % 250}.0.{1 + user['company'] % 3}"
        if user["vpn"] and draw < 0.4:
            where = rng.choice(["NL", "US", "DE", "SE", where])
            network = self.hosts[where](rng)
            return where, self.cities[where](rng), network, self.address(network)
        if draw > 0.965:  # at a friend's, in a hotel
            network = self.homes[where](rng)
            return where, self.cities[where](rng), network, self.address(network)
        if draw > 0.958:
            where = self.anywhere()
            network = (self.homes if self.chance(0.7) else self.hosts)[where](rng)
            return where, self.cities[where](rng), network, self.address(network)
        return where, user["city"], user["home"], user["address"]

    def live(self, user):
        rng, trips = self.rng, self.trips(user)
        mean = (DAYS - user["since"]) / max(0.5, 2.2 * user["logins"])
        now, leased = user["since"] + 5 * rng.expovariate(1), 0
        while now < DAYS:
            day = math.floor(now) + (user["hour"] + rng.gauss(0, 3.5)) % 24 / 24
            if now - leased > user["lease"]:
                user["address"], leased = self.address(user["home"]), now
            device = rng.choice(user["devices"]) if self.chance(0.35) else user["devices"][0]
            if self.chance(0.03):
                user["devices"][rng.randrange(len(user["devices"]))] = self.device()
            place = self.place(user, now, trips)
            mistyped = 0
            while mistyped < 4 and self.chance(0.09):
                mistyped += 1
                self.login(day - 0.0005 * mistyped, user["id"], *place, device, False)
            self.login(day, user["id"], *place, device, True)
            user["successes"] += 1
            now += rng.choice([0.05, 1.9]) * mean * rng.expovariate(1) + 0.001
        if self.chance(0.02):
            user["home"] = self.homes[user["country"]](rng)

    def fail(self):
        """Failed logins of programs, nine for ten successes, mostly with unknown user names."""
        rng = self.rng
        programs = [(country, self.hosts[country](rng), self.device()) for country in 2 * ["US", "CN", "VN", "RO", "UA", "BR"]]
        for _ in range(int(0.9 * sum(user["successes"] for user in self.users))):
            country, network, device = rng.choice(programs)
            name = rng.choice(self.users)["id"] if self.chance(0.15) else rng.getrandbits(62)
            self.login(rng.random() * DAYS, name, country, self.cities[country](rng), network, self.address(network), device, False)

    def attack(self):
        rng = self.rng
        active = [user for user in self.users if user["successes"]]
        weights = [(1 + user["successes"]) ** 0.5 for user in active]
        kinds = {"campaign": self.campaign, "naive": self.naive, "vpn": self.vpn, "targeted": self.targeted}
        for kind, attack in kinds.items():
            done = incident = 0
            while done < TAKEOVERS // len(kinds):
                incident += 1
                done += attack(lambda count: rng.choices(active, weights, k=count), kind, incident)

    def take_over(self, day, user, place, device, kind, incident, failure):
        if self.chance(failure):
            self.login(day - 0.0004, user["id"], *place, device, False)
        self.login(day, user["id"], *place, device, True, kind, incident)
        return 1

    def campaign(self, victims, kind, incident):
        rng = self.rng
        country = rng.choices(["RO", "UA", "VN", "CN", "US"], [5, 1, 1, 1, 2])[0]
        rented = self.hosts[country].values
        network = rng.choice(rented[len(rented) // 3:])
        device, address, day, done = self.device(), self.address(network), rng.random() * DAYS, 0
        for user in victims(min(8, 1 + int(rng.expovariate(1 / 1.6)))):
            address = self.address(network) if self.chance(0.3) else address
            day += 0.02 * rng.expovariate(1)
            if day < DAYS:
                place = country, self.cities[country].values[0], network, address
                done += self.take_over(day, user, place, device, kind, incident, 0.5)
        return done

    def naive(self, victims, kind, incident):
        user, country = victims(1)[0], self.anywhere()
        if country == user["country"]:
            return 0
        return self.single(user, country, (self.homes if self.chance(0.5) else self.hosts)[country](self.rng),
                           self.cities[country](self.rng), self.device(), kind, incident)

    def vpn(self, victims, kind, incident):
        user = victims(1)[0]
        country = user["country"]
        return self.single(user, country, (self.hosts if self.chance(0.6) else self.homes)[country](self.rng),
                           self.cities[country](self.rng), self.device(), kind, incident)

    def targeted(self, victims, kind, incident):
        user = victims(1)[0]
        networks = self.homes[user["country"]].values
        near = networks.index(user["home"]) + self.rng.choice([-1, 1, 2])
        device = dict(user["devices"][0], lag=user["devices"][0]["lag"] + self.chance(0.5))
        network = networks[min(len(networks) - 1, max(0, near))]
        return self.single(user, user["country"], network, user["city"], device, kind, incident)

    def single(self, user, country, network, city, device, kind, incident):
        place = country, city, network, self.address(network)
        return self.take_over(self.rng.random() * DAYS, user, place, device, kind, incident, 0.3)

    def write(self, output):
        self.rows.sort(key=lambda row: row[0])
        earlier = {}
        with open(output, "w", newline="", encoding="utf-8") as log, \
                open(output.removesuffix(".csv") + ".truth.csv", "w", newline="", encoding="utf-8") as truth:
            logins, takeovers = csv.writer(log, lineterminator="\n"), csv.writer(truth, lineterminator="\n")
            logins.writerow(HEADER)
            takeovers.writerow(["row", "attacker", "campaign", "user", "prior_successes"])
            for number, row in enumerate(self.rows):
                day, user, address, country, city, network, agent, browser, system, kind, success, attacker, incident = row
                time = (START + datetime.timedelta(days=day)).isoformat(" ", "milliseconds")
                logins.writerow([number, time, user, "", address, country, "-", city, network, agent, browser, system, kind, success,
                                 False, bool(attacker)])
                if attacker:
                    takeovers.writerow([number, attacker, incident, user, earlier.get(user, 0)])
                if success:
                    earlier[user] = earlier.get(user, 0) + 1


def main(seed, output):
    site = Site(int(seed))
    site.make_users()
    for user in site.users:
        site.live(user)
    site.fail()
    site.attack()
    site.write(output)


if len(sys.argv) != 3:
    sys.exit(__doc__)
main(*sys.argv[1:])
