package documento

import (
	"cmp"

	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// residenza says where the person lives and since when.
func residenza(c Case) Section {
	s := Section{Title: "Residenza"}
	r, ok := c.Persona.Residenza()
	if c.Persona.SenzaFissaDimora {
		s.Text = []string{scheda.Gendered{M: "Iscritto", F: "Iscritta"}.For(c.Persona.Generalita.Sesso) + " in anagrafe come senza fissa dimora."}
		r, ok = c.Persona.Domicilio()
	}
	if ok {
		s.Rows = append(indirizzoRows(r.Indirizzo), filled(
			Row{"Presso", r.Presso},
			Row{"Decorrenza", r.Decorrenza.Italian()},
		)...)
	}
	return s
}

// iscrizione says since when the person is in which register. The reason is not
// printed: a visura of residence needs none.
func iscrizione(c Case) Section {
	i := c.Persona.Iscrizione
	if i == nil {
		return Section{}
	}
	title := "Iscrizione anagrafica"
	if c.Persona.AIRE() {
		title = "Iscrizione all'AIRE"
	}
	return Section{Title: title, Rows: filled(
		Row{"Comune di iscrizione", i.Comune.String()},
		Row{"Data di iscrizione", i.Data.Italian()},
	)}
}

// residenzaEstera says where an Italian abroad lives and since when.
func residenzaEstera(c Case) Section {
	r, ok := c.Persona.ResidenzaEstera()
	if !ok {
		return Section{}
	}
	return Section{Title: "Residenza all'estero", Rows: append(esteroRows(*r.Estero), filled(
		Row{"Presso", r.Presso},
		Row{"Decorrenza", r.Decorrenza.Italian()},
		Row{"Anno di espatrio", c.Persona.Generalita.AnnoEspatrio},
	)...)}
}

// residenzaStorica lists the periods of residence, the oldest first, and says
// what is missing before, between and after them.
func residenzaStorica(c Case) Section {
	periodi := Periodi(c.Scheda)
	t := &Table{Columns: []Column{{"N.", 1}, {"Dal", 2.4}, {"Al", 2.4}, {"Indirizzo", 9}, {"Tipo", 3}}}
	for i, p := range periodi {
		if i > 0 {
			if gap := interruzione(periodi[i-1], p); gap != "" {
				t.Rows = append(t.Rows, []string{"–", "–", "–", gap, "–"})
			}
		}
		t.Rows = append(t.Rows, []string{ordinal(i), p.Dal.Italian(), lastDay(p), p.Residenza.String(), cmp.Or(p.Residenza.TipoText(), "–")})
	}
	text := []string{"Residenze presenti in ANPR: quelle anteriori all'ingresso del Comune in ANPR possono mancare."}
	return Section{Title: "Storia della residenza", Text: append(text, missing(c.Scheda, periodi)...), Table: t}
}

// lastDay is the last day of a period, or that there is none or nobody knows.
func lastDay(p Periodo) string {
	switch {
	case p.Fine == InCorso:
		return "attuale"
	case p.Fine.unknown():
		return "fine non nota"
	}
	return p.Al.Italian()
}

// interruzione says that between two periods the person was in no register, or
// that ANPR holds no address; empty where one follows the other.
func interruzione(p, next Periodo) string {
	switch since := next.Dal.Italian(); {
	case p.Fine == NonNoto:
		return "Interruzione di durata non nota prima del " + since
	case p.Fine == ViaAltroComune:
		return "Nessun indirizzo in ANPR per un periodo di durata non nota prima del " + since
	case p.Fine == Incerto, !p.Al.Complete() || !next.Dal.Complete() || p.Al.Compare(eve(next.Dal)) >= 0:
		return ""
	case p.Fine == PerCancellazione:
		return "Interruzione dopo la cancellazione del " + p.Al.Italian() + " e prima del " + since
	default:
		return "Nessun indirizzo in ANPR dopo il " + p.Al.Italian() + " e prima del " + since
	}
}

// missing says what the table does not reach: an entry before the first address,
// the present address of who is registered, and the days on which a history
// followed back by days was broken off.
func missing(s scheda.Scheda, periodi []Periodo) (text []string) {
	if e, ok := firstEntry(standing(s.Persone)); ok && len(periodi) > 0 && later(periodi[0].Dal, e.Data) {
		text = append(text, "Iscrizione in anagrafe nel Comune di "+e.Comune.String()+" dal "+e.Data.Italian()+
			": in ANPR non risultano gli indirizzi anteriori al "+periodi[0].Dal.Italian()+".")
	}
	_, registered := registro{cards: s.Persone}.inForce()
	if n := len(periodi); registered && n > 0 && periodi[n-1].Fine != InCorso {
		text = append(text, "In ANPR non risulta l'indirizzo attuale.")
	}
	for _, d := range s.Interruzioni {
		text = append(text, "Ricostruzione a ritroso interrotta al "+d.Italian()+": per quel giorno ANPR non restituisce alcuna residenza.")
	}
	return text
}

// firstEntry returns the first entry that the cards tell.
func firstEntry(cards []scheda.Persona) (first scheda.Iscrizione, ok bool) {
	for _, c := range cards {
		if e := c.Iscrizione; e != nil && !e.Data.IsZero() && (!ok || e.Data.Compare(first.Data) < 0) {
			first, ok = *e, true
		}
	}
	return first, ok
}
