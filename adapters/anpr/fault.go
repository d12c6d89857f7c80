package anpr

import (
	"errors"
	"strings"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// faults are the SOAP faults ANPR's gateway is known to give, by a part of
// their text in small letters. A fault has no stored answer, so whoever may
// ask again does it with the same id.
var faults = []struct {
	text   string
	class  domain.FailureClass
	cause  string // for logs and alarms
	repeat bool   // worth one more try at once
}{
	{"rejected by policy", configuration, "rejected by policy: operator, source address, certificate or clock", false},
	{"certificate revoked", configuration, "certificate revoked", false},
	{"postazione certificate", configuration, "workstation certificate refused", false},
	{"pkcs#7", configuration, "signed workstation id refused", false},
	{"internal error (from client)", configuration, "internal error from client: security header, or an outage", true},
	{"errornl", unknown, "invalid request, as the gateway says now and then", true},
	{"malformed content (from server)", unknown, "malformed content from server", false},
	{"internal error (from server)", unknown, "internal error from server", false},
}

// failure classifies a fault; repeat says that one more try at once may succeed.
func (f *wireFault) failure() (failure *commands.AnagrafeError, repeat bool) {
	code := strings.ToLower(f.Code11 + f.Code12)
	text := strings.TrimSpace(f.String11 + f.Text12)
	for _, known := range faults {
		if strings.Contains(strings.ToLower(text), known.text) {
			return &commands.AnagrafeError{Class: known.class, Text: text, Err: errors.New("soap fault: " + known.cause)}, known.repeat
		}
	}
	if strings.Contains(strings.ToLower(text), "(from server)") || strings.Contains(code, "server") || strings.Contains(code, "receiver") {
		return &commands.AnagrafeError{Class: unknown, Text: text, Err: errors.New("soap fault: unknown, from server")}, false
	}
	return &commands.AnagrafeError{Class: configuration, Text: text, Err: errors.New("soap fault: unknown, from client")}, false
}
