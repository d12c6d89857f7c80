package commands_test

import (
	"cmp"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

var (
	proven  = domain.ConnectionTested{Outcome: domain.ConnectionOK, IDOperazioneComune: "T1"}
	renewed = changed(connected, func(c *domain.ComuneConnected) { c.Version, c.Keystore = 2, "042002-CO-9998" })
)

// proof is the test by which a version came into force.
func proof(version int) domain.ConnectionTested {
	return changed(proven, func(t *domain.ConnectionTested) { t.Version = version })
}

func TestConnectComune(t *testing.T) {
	connecting := func(change func(*domain.ComuneConnected)) commands.ConnectComune {
		return commands.ConnectComune{Connected: changed(connected, change), Test: proven}
	}
	renewing := func(change func(*domain.ComuneConnected)) commands.ConnectComune {
		return commands.ConnectComune{Connected: changed(renewed, change), Test: proven}
	}
	renew := commands.ConnectComune{Connected: renewed, Test: proven}
	failed := changed(renew, func(c *commands.ConnectComune) { c.Test.Outcome = domain.PolicyRejection })
	byTop := func(given []domain.Event, when commands.ConnectComune, then []domain.Event, fails domain.Code, field string) setup[domain.Comune] {
		return setup[domain.Comune]{by: luisa, given: given, when: when, then: then, fails: fails, field: field}
	}
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"a first version, by the system":          {given: events(ancona), when: commands.ConnectComune{Connected: connected}, then: events(connected)},
		"with the call that proved it":            {given: events(ancona), when: commands.ConnectComune{Connected: connected, Test: proven}, then: events(proof(1), connected)},
		"a further version, by the Comune's TOP":  byTop(events(ancona, connected), renew, events(proof(2), renewed), "", ""),
		"not without a call":                      byTop(events(ancona, connected), commands.ConnectComune{Connected: renewed}, nil, domain.Conflict, ""),
		"nor after one that failed":               byTop(events(ancona, connected), failed, nil, domain.Conflict, ""),
		"not even by the system":                  {given: events(ancona, connected), when: failed, fails: domain.Conflict},
		"not by another Comune's TOP":             {by: elsewhere, given: events(ancona, connected), when: renew, fails: domain.NotFound, field: "comune"},
		"not by a former TOP":                     {by: luisa, former: true, given: events(ancona, connected), when: renew, fails: domain.Forbidden},
		"not by an officer":                       {by: carla, given: events(ancona, connected), when: renew, fails: domain.Forbidden},
		"not by an operator":                      {by: mario, given: events(ancona, connected), when: renew, fails: domain.Forbidden},
		"of a Comune that is entered":             {when: commands.ConnectComune{Connected: connected}, fails: domain.NotFound},
		"another was faster":                      {given: events(ancona, connected, changed(renewed, func(c *domain.ComuneConnected) { c.Keystore = "042002-CO-9997" })), when: renew, fails: domain.Conflict},
		"one version is not left out":             {given: events(ancona, connected), when: renewing(func(c *domain.ComuneConnected) { c.Version = 3 }), fails: domain.Conflict},
		"with an operator":                        {given: events(ancona), when: connecting(func(c *domain.ComuneConnected) { c.Operatore = "" }), fails: domain.Invalid, field: "operatore"},
		"and another one, if there is a second":   {given: events(ancona), when: connecting(func(c *domain.ComuneConnected) { c.Supplente = c.Operatore }), fails: domain.Invalid, field: "supplente"},
		"with a keystore":                         {given: events(ancona), when: connecting(func(c *domain.ComuneConnected) { c.Keystore = "" }), fails: domain.Invalid, field: "machine.pkcs12"},
		"of one of ANPR's environments":           {given: events(ancona), when: connecting(func(c *domain.ComuneConnected) { c.TipoInvio = "FREE" }), fails: domain.Invalid, field: "tipo_invio"},
		"which the system changes":                {given: events(ancona, connected), when: renewing(func(c *domain.ComuneConnected) { c.TipoInvio = "PROD" }), then: events(proof(2), changed(renewed, func(c *domain.ComuneConnected) { c.TipoInvio = "PROD" }))},
		"and TOP does not":                        byTop(events(ancona, connected), renewing(func(c *domain.ComuneConnected) { c.TipoInvio = "PROD" }), nil, domain.Forbidden, "tipo_invio"),
		"from a source of historical data":        {given: events(ancona), when: connecting(func(c *domain.ComuneConnected) { c.Storico = "memoria" }), fails: domain.Invalid, field: "storico"},
		"a version in force is put there no more": {given: events(ancona, connected), when: commands.ConnectComune{Connected: connected}},
	})
}

func TestWhatTheSystemRecordsOfAConnection(t *testing.T) {
	soon := changed(connected, func(c *domain.ComuneConnected) { c.Machine.NotAfter = now.Add(29 * 24 * time.Hour) })
	announced := domain.CertificateExpiryAnnounced{Version: 1, Days: 30, NotAfter: soon.Machine.NotAfter}
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"that its certificates expire":      {given: events(ancona, soon), when: commands.AnnounceCertificateExpiry{}, then: events(announced)},
		"once":                              {given: events(ancona, soon, announced), when: commands.AnnounceCertificateExpiry{}},
		"not long before":                   {given: events(ancona, changed(soon, func(c *domain.ComuneConnected) { c.Machine.NotAfter = now.AddDate(1, 0, 0) })), when: commands.AnnounceCertificateExpiry{}},
		"not of what is not known":          {given: events(ancona, connected), when: commands.AnnounceCertificateExpiry{}},
		"nobody else announces it":          {by: luisa, given: events(ancona, soon), when: commands.AnnounceCertificateExpiry{}, fails: domain.Forbidden},
		"that the second operator stood in": {given: events(ancona, connected), when: commands.RecordStandIn{Version: 1}, then: events(domain.OperatorStoodIn{Version: 1})},
		"not of a version that is gone":     {given: events(ancona, connected, renewed), when: commands.RecordStandIn{Version: 1}},
		"nobody else records it":            {by: luisa, given: events(ancona, connected), when: commands.RecordStandIn{Version: 1}, fails: domain.Forbidden},
		"and again, once a test had gone well": {given: events(ancona, connected, domain.OperatorStoodIn{Version: 1}, proof(1)), when: commands.RecordStandIn{Version: 1},
			then: events(domain.OperatorStoodIn{Version: 1})},
	})
}

func TestRecordTrial(t *testing.T) {
	for name, c := range map[string]struct {
		by    domain.Actor
		fails domain.Code
	}{
		"the system":            {by: domain.Sistema},
		"the Comune's TOP":      {by: luisa},
		"another Comune's TOP":  {by: elsewhere, fails: domain.NotFound},
		"an officer of its own": {by: carla, fails: domain.Forbidden},
	} {
		test := domain.ConnectionTested{Version: 2, Outcome: domain.Unreachable, Class: domain.FailureUnknown, IDOperazioneComune: "T1"}
		g := commands.Given[domain.Comune]{ID: string(comune), Actor: holdingFor(c.by, cmp.Or(c.by.Comune, comune)), Meta: domain.Meta{At: now, By: c.by}}
		g.State = domain.Comune{Registered: true}
		got, err := commands.RecordTrial(test).Decide(g)
		if domain.CodeOf(err) != c.fails || (err == nil) != (len(got) == 1 && got[0] == domain.Event(test)) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}
