package simulator

import (
	"crypto/x509"
	"math/big"
	"slices"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// Revoke makes a certificate revoked from now on.
func (s *Server) Revoke(cert *x509.Certificate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked[cert.SerialNumber.String()] = true
}

// Enable lets an officer in for a Comune, beside those it has.
func (s *Server) Enable(istat, operator string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.extra[istat+" "+operator] = true
}

// Block lets an officer in for no Comune from now on, as ANPR does when their
// credentials were locked.
func (s *Server) Block(operator string) { s.block(operator, true) }

// Unblock lets an officer in again.
func (s *Server) Unblock(operator string) { s.block(operator, false) }

func (s *Server) block(operator string, blocked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocked[operator] = blocked
}

func (s *Server) isRevoked(serial *big.Int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.revoked[serial.String()]
}

// enabled says whether an officer may act for a Comune.
func (s *Server) enabled(istat, codiceFiscale string) bool {
	s.mu.Lock()
	blocked, extra := s.blocked[codiceFiscale], s.extra[istat+" "+codiceFiscale]
	s.mu.Unlock()
	if blocked || extra {
		return !blocked
	}
	if list, ok := s.cfg.Operators[istat]; ok {
		return slices.Contains(list, codiceFiscale)
	}
	return codiceFiscale != "" && codiceFiscale == people.Operator(istat)
}
