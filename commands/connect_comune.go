package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// ConnectComune puts a new version of a Comune's way to ANPR in force. Replace
// (commands/connection.go) makes it of keys that were tried and kept; by itself only
// the system sends it, where the keystores are there already.
type ConnectComune struct {
	Connected domain.ComuneConnected  // Version is the one after that it replaces
	Test      domain.ConnectionTested // the call that proved it; only the system may do without
}

// Decide puts the version in force, unless another was put there meanwhile. What
// names a server's address, the environment, is changed by the installation alone.
func (c ConnectComune) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := heads(g); err != nil {
		return nil, err
	}
	now, v := g.State.Collegamento.ComuneConnected, c.Connected
	isSystem, installed := system(g.Meta.By) == nil, installs(g) == nil
	switch {
	case v == now:
		return nil, nil
	case v.Version != now.Version+1:
		return nil, domain.Errorf(domain.Conflict, "il collegamento ad ANPR è stato cambiato nel frattempo: ricontrollare quello in vigore e ripetere")
	case v.Operatore == "":
		return nil, domain.FieldErrorf(domain.Invalid, "operatore", "il collegamento ad ANPR vuole il codice fiscale dell'operatore")
	case v.Supplente == v.Operatore:
		return nil, domain.FieldErrorf(domain.Invalid, "supplente", "il secondo operatore è una persona diversa dal primo")
	case v.Keystore == "":
		return nil, domain.FieldErrorf(domain.Invalid, "machine.pkcs12", "il collegamento ad ANPR vuole il certificato del Comune")
	case !slices.Contains([]string{"PROD", "TEST", "PRE_SUB"}, v.TipoInvio):
		return nil, domain.FieldErrorf(domain.Invalid, "tipo_invio", "l'ambiente di ANPR è PROD, TEST o PRE_SUB")
	case v.TipoInvio != now.TipoInvio && !installed:
		return nil, domain.FieldErrorf(domain.Forbidden, "tipo_invio", "l'ambiente di ANPR lo cambia chi cura l'installazione")
	case v.Storico != domain.Storico6001 && v.Storico != domain.StoricoWalk:
		return nil, domain.FieldErrorf(domain.Invalid, "storico", "la fonte dei dati storici è 6001 o 3002-walk")
	case c.Test == (domain.ConnectionTested{}) && isSystem:
		return []domain.Event{v}, nil
	case c.Test.Outcome != domain.ConnectionOK:
		return nil, domain.Errorf(domain.Conflict, "il collegamento entra in vigore solo dopo una chiamata di prova riuscita")
	}
	c.Test.Version = v.Version
	return []domain.Event{c.Test, v}, nil
}
