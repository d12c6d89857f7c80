package edge

import (
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// Limiter lets each address try so many times a minute, so that codes cannot be
// found by trying. It forgets addresses it has not seen for a minute or two and
// never remembers more than twice most. It is safe for concurrent use.
type Limiter struct {
	perMinute int
	most      int // addresses in each half
	now       func() time.Time
	proxies   Proxies

	mu          sync.Mutex
	young, aged map[netip.Prefix]bucket
	turned      time.Time // when young became aged
}

// bucket is what an address has left, as of a time.
type bucket struct {
	left float64
	at   time.Time
}

// NewLimiter returns a limiter of so many tries a minute on a clock, behind proxies.
func NewLimiter(perMinute int, now func() time.Time, proxies Proxies) *Limiter {
	return &Limiter{perMinute: perMinute, most: 10_000, now: now, proxies: proxies}
}

// allow spends one try of an address, and says if it had one.
func (l *Limiter) allow(address netip.Prefix) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.young == nil || len(l.young) >= l.most || now.Sub(l.turned) > time.Minute {
		// A minute fills any bucket, so one not seen for a minute need not be kept.
		l.young, l.aged, l.turned = make(map[netip.Prefix]bucket), l.young, now
	}
	b, ok := l.young[address]
	if !ok {
		if b, ok = l.aged[address]; !ok {
			b = bucket{float64(l.perMinute), now}
		}
	}
	b.left = min(b.left+now.Sub(b.at).Minutes()*float64(l.perMinute), float64(l.perMinute))
	b.at = now
	allowed := b.left >= 1
	if allowed {
		b.left--
	}
	l.young[address] = b
	return allowed
}

// wait is how long an address that has nothing left waits for one try.
func (l *Limiter) wait() time.Duration { return time.Minute / time.Duration(l.perMinute) }

// Refuse spends one try of where a request comes from: nil if there was one.
func (l *Limiter) Refuse(r *http.Request) *Problem {
	if l.allow(network(l.proxies.Address(r))) {
		return nil
	}
	p := NewProblem(TooMany, "Troppe richieste da questo indirizzo: riprovare tra poco.")
	p.Set("Retry-After", strconv.Itoa(int(l.wait().Seconds())+1))
	return p
}

// arrivals is how often a network may do what costs us rows or hashing before anybody
// is known, a minute.
const arrivals = 600

// Arriving refuses a request of somebody who is not known yet if too many came from
// their network within a minute; nil: it may go on.
func (e *Edge) Arriving(r *http.Request) *Problem {
	e.arriving.Do(func() { e.arrivals = NewLimiter(arrivals, e.Commands.Now, e.Proxies) })
	return e.arrivals.Refuse(r)
}

// network is what a limiter counts by: the network an IPv6 user has, the address an
// IPv4 one has.
func network(address netip.Addr) netip.Prefix {
	bits := 32
	if address.Is6() {
		bits = 64
	}
	n, _ := address.Prefix(bits) // the zero address has the zero network
	return n
}
