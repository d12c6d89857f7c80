package anpr

import (
	"net/http"
	"sync"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// session is what the calls over one version of a Comune's connection share: its
// keys, its connections where those bear a certificate, and which operator ANPR
// takes. It is safe for concurrent use.
type session struct {
	version        sessionVersion
	keys           keyring
	connect        func(shown *identity) *http.Client
	mu             sync.Mutex
	shown          *identity    // whose certificate the connections bear
	http           *http.Client // nil before the first
	preferred      domain.CodiceFiscale
	preferredUntil time.Time
}

// sessionVersion tells one session of a Comune from another.
type sessionVersion struct {
	number              int
	machine, postazione string // names of keystores
}

func versionOf(v domain.ComuneConnected) sessionVersion {
	return sessionVersion{v.Version, v.Keystore, v.KeystorePostazione}
}

// sessions are the latest of each Comune.
type sessions struct {
	mu   sync.Mutex
	held map[domain.CodiceISTAT]*session
}

// session returns what the calls over a version share. When a version is first
// asked for, the session of the one before is dropped: calls that have it finish. A
// call that comes late with a superseded version has a session to itself.
func (c *Client) session(comune domain.CodiceISTAT, v domain.ComuneConnected) *session {
	c.sessions.mu.Lock()
	defer c.sessions.mu.Unlock()
	held := c.sessions.held[comune]
	if held != nil && held.version == versionOf(v) {
		return held
	}
	fresh := c.newSession(v)
	if held != nil && held.version.number > v.Version {
		return fresh
	}
	if held != nil {
		held.close()
	}
	c.sessions.held[comune] = fresh
	return fresh
}

func (c *Client) newSession(v domain.ComuneConnected) *session {
	return &session{
		version: versionOf(v),
		keys:    keyring{folder: c.config.Keystores, password: c.config.Password, log: c.config.Log},
		connect: c.newHTTP,
	}
}

// identities returns the keys of the Comune's machine and of its workstation, which
// may be the same.
func (s *session) identities() (sede, postazione *identity, err error) {
	if sede, err = s.keys.identity(s.version.machine); err != nil {
		return nil, nil, err
	}
	if s.version.postazione == "" {
		return sede, sede, nil
	}
	postazione, err = s.keys.identity(s.version.postazione)
	return sede, postazione, err
}

// showing returns a client whose connections bear the certificate of an identity.
func (s *session) showing(i *identity) *http.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown != i {
		if s.http != nil {
			s.http.CloseIdleConnections()
		}
		s.shown, s.http = i, s.connect(i)
	}
	return s.http
}

// close drops idle connections; calls under way are not touched.
func (s *session) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http != nil {
		s.http.CloseIdleConnections()
	}
}

func (s *sessions) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, held := range s.held {
		held.close()
	}
}
