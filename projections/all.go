package projections

import "github.com/visure-anagrafiche/visure/projections/engine"

// All are the read models: those that serve runs, that can be rebuilt, and that
// tests cover.
var All = []engine.Projection{
	Anagrafica{},
	Elenco{},
	Dettaglio{},
	Scadenze{},
	Utenti{},
	Enti{},
	Convenzioni{},
	Profili{},
	Postazioni{},
	Applicativi{},
	Comuni{},
	Storia{},
	Accessi{},
	Attivita{},
	Ricertificazioni{},
	Quote{},
	Massive{},
	Allarmi{},
	Casi{},
	Statistiche{},
}

// Names returns the names of all read models.
func Names() []string {
	names := make([]string, len(All))
	for i, p := range All {
		names[i] = p.Name()
	}
	return names
}
