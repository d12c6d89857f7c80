package anpr

import (
	"strings"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// fault is a SOAP fault of ANPR's gateway.
type fault struct {
	text    string                   // part of its own text in small letters; "" if it is not known
	class   domain.FailureClass      // what to do
	outcome domain.ConnectionOutcome // what it says of the connection
	cause   string                   // for logs and alarms
	repeat  bool                     // worth one more try at once
}

func (f *fault) Error() string { return "soap fault: " + f.cause }

// faults are those the gateway is known to give. A fault has no stored answer, so
// whoever may ask again does it with the same id.
var faults = []*fault{
	{"rejected by policy", configuration, domain.PolicyRejection, "rejected by policy: operator, source address, certificate or clock", false},
	{"certificate revoked", configuration, domain.CertificateRevoked, "certificate revoked", false},
	{"postazione certificate", configuration, domain.WorkstationRefused, "workstation certificate refused", false},
	{"pkcs#7", configuration, domain.WorkstationRefused, "signed workstation id refused", false},
	{"internal error (from client)", configuration, domain.CallRefused, "internal error from client: security header, or an outage", true},
	{"errornl", unknown, domain.RegistryFailing, "invalid request, as the gateway says now and then", true},
	{"malformed content (from server)", unknown, domain.RegistryFailing, "malformed content from server", false},
	{"internal error (from server)", unknown, domain.RegistryFailing, "internal error from server", false},
}

// Those that are like no known one, and a rejection that the clocks explain.
var (
	faultOfServer = &fault{class: unknown, outcome: domain.RegistryFailing, cause: "unknown, from server"}
	faultOfClient = &fault{class: configuration, outcome: domain.CallRefused, cause: "unknown, from client"}
	faultOfClock  = &fault{text: "rejected by policy", class: configuration, outcome: domain.ClockSkewed, cause: "rejected by policy: the clocks differ"}
)

// failure classifies a fault; repeat says that one more try at once may succeed.
// Skewed says that our clock and the server's differ.
func (f *wireFault) failure(skewed bool) (failure *commands.AnagrafeError, repeat bool) {
	text := strings.TrimSpace(f.String11 + f.Text12)
	kind := f.kind(strings.ToLower(text))
	if skewed && kind.outcome == domain.PolicyRejection {
		kind = faultOfClock
	}
	return &commands.AnagrafeError{Class: kind.class, Text: text, Err: kind}, kind.repeat
}

func (f *wireFault) kind(text string) *fault {
	for _, known := range faults {
		if strings.Contains(text, known.text) {
			return known
		}
	}
	code := strings.ToLower(f.Code11 + f.Code12)
	if strings.Contains(text, "(from server)") || strings.Contains(code, "server") || strings.Contains(code, "receiver") {
		return faultOfServer
	}
	return faultOfClient
}
