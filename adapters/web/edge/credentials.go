package edge

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Our cookies, as CookieName calls them.
const (
	SessionCookie     = "sessione"
	WorkstationCookie = "postazione"
	DeviceCookie      = "dispositivo" // of a browser by which people have signed in
)

// CookieName is what browsers know one of our cookies by. The prefix has them refuse it
// from anywhere but this host, over TLS (RFC 6265bis section 4.1.3.2); some do not take
// such a cookie over plain HTTP even from this machine, so there it has none.
func (e *Edge) CookieName(name string) string {
	if e.PlainHTTP {
		return "visure_" + name
	}
	return "__Host-visure_" + name
}

// Cookie is the value of one of our cookies that is there once. Of two of one name
// nobody knows which is ours.
func (e *Edge) Cookie(r *http.Request, name string) string {
	if found := r.CookiesNamed(e.CookieName(name)); len(found) == 1 {
		return found[0].Value
	}
	return ""
}

// Keep gives the browser one of our cookies, for some seconds; 0: until it is closed,
// less: not any more.
func (e *Edge) Keep(w http.ResponseWriter, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: e.CookieName(name), Value: value, Path: "/", MaxAge: seconds, Secure: !e.PlainHTTP, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// Drop takes it back.
func (e *Edge) Drop(w http.ResponseWriter, name string) { e.Keep(w, name, "", -1) }

// Headers by which software names the person who asks.
const (
	PersonHeader = "Visura-Utente"
	RoleHeader   = "Visura-Ruolo"
)

// Credentials are what a request shows of who sends it, from what, and from where.
type Credentials struct {
	Authorization string
	Session       string // secret of a session, from its cookie
	Workstation   string // secret of a workstation, from its cookie
	Certificate   string // SHA-256 of the client's certificate (DER), lower-case hexadecimal
	Address       netip.Addr
	Glance        bool // the request is no use of the session: a page asks for what is new
}

// Proxies are the networks of the proxies in front of the server. What they say of a
// client is believed, and what anybody else says is not.
type Proxies []netip.Prefix

func (p Proxies) trust(address netip.Addr) bool {
	for _, network := range p {
		if network.Contains(address.Unmap()) {
			return true
		}
	}
	return false
}

// shown returns what a request shows.
func (e *Edge) shown(r *http.Request) Credentials {
	return Credentials{
		Authorization: r.Header.Get("Authorization"),
		Session:       e.Cookie(r, SessionCookie),
		Workstation:   e.Cookie(r, WorkstationCookie),
		Certificate:   e.certificate(r),
		Address:       e.Proxies.Address(r),
	}
}

// Address is where a request comes from: the peer, or the last address that the
// proxies in front of us did not vouch for as one of theirs.
func (p Proxies) Address(r *http.Request) netip.Addr {
	peer, _ := netip.ParseAddrPort(r.RemoteAddr)
	address := peer.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.trust(address); i-- {
		seen, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		address = seen.Unmap().WithZone("")
	}
	return address
}

// certificate is the fingerprint of the certificate that a client showed us or, where
// there is a header for it, a trusted proxy, which has checked that its key is the client's.
func (e *Edge) certificate(r *http.Request) string {
	if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
		return fingerprint(r.TLS.PeerCertificates[0].Raw)
	}
	peer, _ := netip.ParseAddrPort(r.RemoteAddr)
	shown := r.Header.Values(e.ClientCertHeader)
	if e.ClientCertHeader == "" || len(shown) != 1 || !e.Proxies.trust(peer.Addr()) {
		return ""
	}
	text, err := url.PathUnescape(shown[0])
	if err != nil {
		return ""
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != "CERTIFICATE" {
		return ""
	}
	return fingerprint(block.Bytes)
}

func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

// NewCaller returns who sends a request in a session, or by a token if the session is
// zero.
func NewCaller(by domain.Actor, s commands.Session, secret string, software domain.ApplicativoID, now time.Time) Caller {
	return Caller{
		Actor: by, SignedIn: secret != "", SteppedUp: !s.SteppedUpAt.IsZero() && now.Sub(s.SteppedUpAt) < StepUp,
		Secret: secret, Opened: s, Software: software,
	}
}

// Caller is who sends a request, as their credentials prove it. Whether they hold
// the capacity they claim is read from their stream.
type Caller struct {
	domain.Actor
	SignedIn  bool             // by a session, rather than a token that the installation issued
	SteppedUp bool             // a second factor was proven within ten minutes
	Secret    string           // of the session
	Opened    commands.Session // zero for a token
	// Software that asks for a person, named in a header; its token is the Session of
	// the Actor.
	Software domain.ApplicativoID
}
