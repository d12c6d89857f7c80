package pages

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// alarmDecisions are what forms about rules of alarms do.
var alarmDecisions = []decision{
	{"/allarmi", "set-regola-allarme", "La regola è registrata: vale per le richieste da adesso.", func(_ *Pages, _ *http.Request, f *form) (commands.Command[domain.Comune], error) {
		return f.alarmRule(), nil
	}},
	{"/allarmi/revoca", "lift-regola-allarme", "Per l’Ente vale ora la regola del Comune.", func(_ *Pages, _ *http.Request, f *form) (commands.Command[domain.Comune], error) {
		codice, ente, _ := strings.Cut(f.Val("propria"), " ")
		return commands.LiftRegolaAllarme{Codice: domain.CodiceAllarme(codice), Ente: domain.EnteID(ente)}, nil
	}},
}

// alarmRule reads a rule.
func (f *form) alarmRule() commands.SetRegolaAllarme {
	cmd := commands.SetRegolaAllarme{
		Codice: domain.CodiceAllarme(f.Val("codice")), Ente: domain.EnteID(f.Val("ente")), Attiva: f.Val("attiva") == "si", Gravita: domain.Gravita(f.Val("gravita")),
	}
	cmd.Precedente, _ = strconv.Atoi(f.Val("precedente")) // what is none is that before the first
	if cmd.Codice == domain.AllarmeOrario {
		cmd.Orario = &domain.OrarioSospetto{Dalle: f.text("dalle"), Alle: f.text("alle"), FineSettimana: f.Val("fine_settimana") == "si", Festivi: f.Val("festivi") == "si"}
		f.ruled(cmd, "dalle")
		return cmd
	}
	again := domain.Ripetizione{SenzaStessaPratica: f.Val("senza_stessa_pratica") == "si"}
	again.Soglia, _ = strconv.Atoi(f.text("soglia")) // what is none is too few
	again.Giorni, _ = strconv.Atoi(f.text("giorni"))
	cmd.Ripetizione = &again
	f.ruled(cmd, "soglia")
	return cmd
}

// ruled says at a field what is wrong with a rule.
func (f *form) ruled(c commands.SetRegolaAllarme, field string) {
	rule := domain.RegolaAllarme{Codice: c.Codice, Gravita: c.Gravita, Orario: c.Orario, Ripetizione: c.Ripetizione}
	f.add(field, rule.Check())
}

// alarmRulesOf are the rules of alarms in force, with a form for each.
func (p *Pages) alarmRulesOf(r *http.Request, b *bench, comune domain.Comune) (regola, error) {
	one := regola{Key: "allarmi", Title: "Allarmi", Hint: "Le richieste che una regola segnala aprono un caso nella pagina Allarmi: non sono impedite. Un Ente può avere regole proprie, come un ospedale che lavora di notte."}
	now := p.Commands.Now()
	enti, err := p.entiOf(r)
	if err != nil {
		return one, err
	}
	var own []option
	for i, rule := range comune.Allarmi.InForce("", now) {
		one.Terms = append(one.Terms, terms{rule.Codice.Text(), lines(ruleLine(rule))})
		for _, ente := range enti {
			if set, ok := comune.Allarmi.Own(rule.Codice, domain.EnteID(ente.Value), now); ok {
				one.Terms = append(one.Terms, terms{rule.Codice.Text() + ", " + ente.Text, lines(ruleLine(set.RegolaAllarme))})
				own = append(own, option{Value: string(rule.Codice) + " " + ente.Value, Text: rule.Codice.Text() + ", " + ente.Text})
			}
		}
		one.Acts = append(one.Acts, b.make("allarme"+strconv.Itoa(i), "/allarmi", true, act{
			Summary: "Cambia: " + strings.ToLower(rule.Codice.Text()) + "…", Button: "Registra la regola", Fields: ruleFields(rule, enti),
			Hidden: []option{{Text: "codice", Value: string(rule.Codice)}, {Text: "precedente", Value: strconv.Itoa(comune.Allarmi.Last(rule.Codice))}},
		}))
	}
	if own != nil {
		one.Acts = append(one.Acts, b.make("propria", "/allarmi/revoca", true, act{Summary: "Togli una regola propria di un Ente…", Button: "Togli", Danger: true, Fields: []input{
			{Name: "propria", Label: "Regola propria", Kind: "select", Options: own},
		}}))
	}
	return one, nil
}

// entiOf are the Enti that have an act with the Comune.
func (p *Pages) entiOf(r *http.Request) (all []option, err error) {
	reach, err := p.Reach(r.Context())
	if err != nil {
		return nil, err
	}
	acts, err := p.actsOf(r.Context(), reach, "")
	for _, a := range acts {
		all = append(all, option{Value: string(a.Ente), Text: a.EnteDenominazione})
	}
	return all, err
}

// ruleLine says a rule, how grave it is and its version.
func ruleLine(r domain.RegolaAllarme) string {
	if !r.Attiva {
		return "spenta (" + versionOf(r.Versione) + ")"
	}
	return r.Text() + " · gravità " + string(r.Gravita) + " (" + versionOf(r.Versione) + ")"
}

// ruleFields are the fields of a rule, as it stands.
func ruleFields(r domain.RegolaAllarme, enti []option) []input {
	on, isOn := yesNo(r.Attiva)
	fields := []input{
		{Name: "attiva", Label: "Attiva", Kind: "select", Value: isOn, Options: on},
		{Name: "gravita", Label: "Gravità", Kind: "select", Value: string(r.Gravita), Options: []option{{Value: "alta", Text: "Alta"}, {Value: "media", Text: "Media"}, {Value: "bassa", Text: "Bassa"}}},
	}
	switch {
	case r.Orario != nil:
		weekend, isWeekend := yesNo(r.Orario.FineSettimana)
		holidays, isHolidays := yesNo(r.Orario.Festivi)
		fields = append(fields, input{Name: "dalle", Label: "Dalle", Kind: "text", Max: 5, Value: r.Orario.Dalle, Hint: "hh:mm"}, input{Name: "alle", Label: "Alle", Kind: "text", Max: 5, Value: r.Orario.Alle, Hint: "hh:mm; se è prima, del giorno dopo"},
			input{Name: "fine_settimana", Label: "Anche tutto il sabato e la domenica", Kind: "select", Value: isWeekend, Options: weekend},
			input{Name: "festivi", Label: "Anche tutti i giorni festivi e del santo patrono", Kind: "select", Value: isHolidays, Options: holidays})
	case r.Ripetizione != nil:
		same, isSame := yesNo(r.Ripetizione.SenzaStessaPratica)
		fields = append(fields, input{Name: "soglia", Label: "Richieste sulla stessa persona", Kind: "text", Max: 3, Value: strconv.Itoa(r.Ripetizione.Soglia)}, input{Name: "giorni", Label: "In quanti giorni", Kind: "text", Max: 2, Value: strconv.Itoa(r.Ripetizione.Giorni)},
			input{Name: "senza_stessa_pratica", Label: "Senza contare quelle della stessa pratica", Kind: "select", Value: isSame, Options: same, Hint: "Lo stesso tipo entro 7 giorni conta comunque."})
	}
	return append(fields, input{Name: "ente", Label: "Per quale Ente", Kind: "select", Options: append([]option{{Text: "Tutti quelli che non ne hanno una propria"}}, enti...)})
}
