package lettera

import (
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// ruoli are the roles as people read them.
var ruoli = map[domain.Role]documento.Row{
	domain.RoleTop:      {Label: "Responsabile dell'Anagrafe", Value: "TOP"},
	domain.RoleAnagrafe: {Label: "Ufficiale d'anagrafe", Value: "ANAGRAFE"},
	domain.RoleAdmin:    {Label: "Amministratore", Value: "ADMIN"},
	domain.RoleStandard: {Label: "Operatore", Value: "STANDARD"},
	domain.RoleAuditor:  {Label: "Addetto alle verifiche", Value: "AUDITOR"},
}

// roles lists the roles that are not over, and the charge to collect documents.
func (c Case) roles() documento.Section {
	s := documento.Section{Title: "Ruoli"}
	if c.Pair.Ente == "" && c.Parties.Comune.Top(c.ID) {
		s.Rows = append(s.Rows, ruoli[domain.RoleTop])
	}
	for _, r := range c.Utente.Roles {
		if r.Pair() != c.Pair || past(r.Al, c.day()) {
			continue
		}
		row := ruoli[r.Role]
		if days := span(r.Dal, r.Al); days != "" {
			row.Value += ", " + days
		}
		if r.Sostituisce != "" {
			row.Value += ", in sostituzione di " + r.Sostituisce.Codice()
		}
		s.Rows = append(s.Rows, row)
	}
	if len(s.Rows) == 0 {
		s.Text = []string{"Alla data di stampa non è attribuito alcun ruolo."}
	}
	if slices.Contains(c.Utente.Collects, c.Pair) {
		s.Rows = append(s.Rows, documento.Row{Label: "Ritiro", Value: "può ottenere i documenti chiesti da altri dell'Ente"})
	}
	return s
}

// past says whether a last day, if there is one, is over.
func past(last, day domain.Date) bool { return !last.IsZero() && last.Compare(day) < 0 }

// profiles says by profile which types the person may ask for, which of them beyond
// the Comune, and within which limits.
func (c Case) profiles() documento.Section {
	s := documento.Section{Title: "Visure che si possono chiedere"}
	held := c.Utente.Assigned(c.Pair)
	if len(held) == 0 {
		s.Text = []string{"Alla data di stampa non è assegnato alcun profilo: non si possono chiedere visure."}
		return s
	}
	s.Table = &documento.Table{Columns: []documento.Column{
		{Title: "Profilo", Weight: 2}, {Title: "Tipi di visura", Weight: 4}, {Title: "Di ambito nazionale", Weight: 2.5}, {Title: "Limiti", Weight: 3},
	}}
	for _, a := range held {
		profile := c.Parties.Profile(a.Profile)
		granted := c.granted(a, profile)
		s.Table.Rows = append(s.Table.Rows, []string{profile.Nome, titles(granted), c.national(a, granted), c.limits(a, profile)})
	}
	return s
}

// granted are the types of a profile that the person's own limits and the act leave;
// none of a profile that is out of use.
func (c Case) granted(a domain.Assignment, p domain.Profile) []domain.TipoConcesso {
	if a.Lapsed || p.Withdrawn || past(a.Al, c.day()) {
		return nil
	}
	atto, _ := c.restsOn()
	return slices.DeleteFunc(slices.Clone(p.Tipi), func(t domain.TipoConcesso) bool {
		return len(a.Limiti.Tipi) > 0 && !slices.Contains(a.Limiti.Tipi, t.Tipo) || !slices.Contains(atto.Massimo.Tipi, t.Tipo)
	})
}

// national says which types go beyond the Comune, or what they lack to do so.
func (c Case) national(a domain.Assignment, granted []domain.TipoConcesso) string {
	var beyond, awaiting []domain.TipoConcesso
	for _, t := range granted {
		switch {
		case a.Beyond(t, c.Parties.Comune.OreSilenzio()).Admits():
			beyond = append(beyond, t)
		case t.Nazionale.Admits():
			awaiting = append(awaiting, t)
		}
	}
	atto, _ := c.restsOn()
	switch {
	case len(beyond)+len(awaiting) == 0 || c.Parties.Comune.Nazionale.Testo == "" || !atto.Massimo.Nazionale.Admits():
		return "no"
	case len(beyond) == 0:
		return "no: da autorizzare dal Comune"
	case len(beyond) == len(granted):
		return "sì"
	case len(awaiting) > 0:
		return "sì: " + titles(beyond) + "; da autorizzare dal Comune: " + titles(awaiting)
	}
	return "sì: " + titles(beyond)
}

// titles names types as people write them.
func titles(tipi []domain.TipoConcesso) string {
	if len(tipi) == 0 {
		return "nessuno"
	}
	names := make([]string, len(tipi))
	for i, t := range tipi {
		names[i] = documento.Title(t.Tipo)
	}
	return strings.Join(names, ", ")
}

// limits are the days, hours and workstations of a profile somebody holds, and why it
// is out of use.
func (c Case) limits(a domain.Assignment, p domain.Profile) string {
	var said []string
	switch {
	case p.Withdrawn:
		said = append(said, "profilo ritirato dal Comune")
	case a.Lapsed:
		said = append(said, "da assegnare di nuovo: mansione o ruolo sono cambiati")
	case past(a.Al, c.day()):
		said = append(said, "scaduto")
	}
	atto, _ := c.restsOn()
	if days := span(a.Dal, a.Al); days != "" {
		said = append(said, days)
	}
	for _, o := range []domain.Orario{atto.Massimo.Orario, p.Orario, a.Limiti.Orario} {
		if len(o) > 0 {
			said = append(said, hours(o))
		}
	}
	if p.Postazione == domain.Autorizzata || atto.Massimo.Postazione == domain.Autorizzata {
		said = append(said, "solo da postazioni autorizzate")
	}
	if len(said) == 0 {
		return "quelli dell'atto"
	}
	return strings.Join(said, "; ")
}

// days are the names of the days of a week, from Monday.
var days = [...]string{"lun", "mar", "mer", "gio", "ven", "sab", "dom"}

// hours writes windows of a week: lun mar 08:00–14:00, sab 09:00–12:00.
func hours(o domain.Orario) string {
	windows := make([]string, len(o))
	for i, f := range o {
		var on []string
		for _, day := range f.Giorni {
			on = append(on, days[day-1])
		}
		windows[i] = strings.Join(on, " ") + " " + f.Dalle + "–" + f.Alle
	}
	return strings.Join(windows, ", ")
}
