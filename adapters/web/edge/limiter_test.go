package edge

import (
	"fmt"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

func TestAnAddressHasItsTriesAndGetsThemBackWithTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	l := NewLimiter(3, func() time.Time { return now }, nil)
	tries := func(address string) (n int) {
		for l.allow(netip.MustParsePrefix(address)) {
			n++
		}
		return n
	}
	const here, there = "192.0.2.1/32", "192.0.2.2/32"
	if n := tries(here); n != 3 {
		t.Errorf("at first %d tries", n)
	}
	if n := tries(there); n != 3 {
		t.Errorf("somebody else has %d tries", n)
	}
	now = now.Add(20 * time.Second)
	if n := tries(here); n != 1 {
		t.Errorf("after a third of a minute %d tries", n)
	}
	now = now.Add(61 * time.Second)
	if n := tries(here); n != 3 {
		t.Errorf("after a minute %d tries", n)
	}
	now = now.Add(time.Hour)
	if n := tries(here); n != 3 {
		t.Errorf("after an hour %d tries", n)
	}
}

func TestManyAddressesDoNotMakeTheLimiterForgetOneAtOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	l := NewLimiter(1, func() time.Time { return now }, nil)
	l.most = 100
	allow := func(address string) bool { return l.allow(netip.MustParsePrefix(address)) }
	allow("192.0.2.1/32")
	for i := range 99 {
		allow(fmt.Sprintf("198.51.100.%d/32", i))
	}
	if allow("192.0.2.1/32") {
		t.Error("an address got a second try because of others")
	}
}

func TestWhereARequestComesFrom(t *testing.T) {
	t.Parallel()
	proxies := Proxies{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/24")}
	for name, c := range map[string]struct{ peer, forwarded, want string }{
		"straight":                            {"203.0.113.7:4000", "", "203.0.113.7/32"},
		"straight, pretending":                {"203.0.113.7:4000", "192.0.2.1", "203.0.113.7/32"},
		"through a proxy of ours":             {"10.0.0.5:4000", "192.0.2.1", "192.0.2.1/32"},
		"through a proxy of theirs, and ours": {"127.0.0.1:4000", "198.51.100.9, 192.0.2.1", "192.0.2.1/32"},
		"through two of ours":                 {"127.0.0.1:4000", "192.0.2.1, 10.0.0.5", "192.0.2.1/32"},
		"a private network is no proxy":       {"10.0.1.5:4000", "192.0.2.1", "10.0.1.5/32"},
		"through a proxy that says nothing":   {"127.0.0.1:4000", "", "127.0.0.1/32"},
		"through one that says nonsense":      {"127.0.0.1:4000", "unknown", "127.0.0.1/32"},
		"a network of IPv6":                   {"[2001:db8:1:2:3::4]:4000", "", "2001:db8:1:2::/64"},
		"IPv4 in IPv6":                        {"[::ffff:203.0.113.7]:4000", "", "203.0.113.7/32"},
	} {
		r := httptest.NewRequest("GET", "/verifica", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := network(proxies.Address(r)).String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
