package pages

import (
	"net/http"
	"strconv"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// concessioni is the page of what a pair's acts admit about many people at once.
type concessioni struct {
	*convenzione
	Acts []concessione
}

// concessione is what one act admits, and what may be done about it.
type concessione struct {
	domain.Atto
	Forms []act
}

func (p *Pages) showConcessioni(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Convenzioni{})
	if err != nil {
		return err
	}
	return p.concessioniPage(w, r, form{}, http.StatusOK, known)
}

// concessioniPage makes the page; known is false where it may lack what was just written.
func (p *Pages) concessioniPage(w http.ResponseWriter, r *http.Request, f form, status int, known bool) error {
	id, err := object(r, domain.ParseConvenzioneID)
	if err != nil {
		return err
	}
	of, err := p.readConvenzione(r, id)
	if err != nil {
		return err
	}
	of.form, of.Title, of.Path = f, "Richieste massive", append(of.Path, step{"/convenzioni/" + string(id), of.Kind})
	of.asOf(r, known)
	v := concessioni{convenzione: of}
	b := &bench{&of.form, "/convenzioni/" + string(id), edge.Of(r.Context()).Caller}
	for _, atto := range of.Massive {
		v.Acts = append(v.Acts, concessione{atto, b.concessione(atto, of.D.Revision)})
	}
	return p.show(w, r, status, "concessioni", &v)
}

// concessione are the forms about what an act admits.
func (b *bench) concessione(atto domain.Atto, revision uint64) []act {
	numero := strconv.Itoa(atto.Numero)
	hidden := func() []option {
		return []option{{Value: strconv.FormatUint(revision, 10), Text: "revision"}, {Value: numero, Text: "atto"}}
	}
	grant := func(summary, button string, granted domain.MassiveGranted) act {
		return b.make("ammetti"+numero, "/massive", true, act{Summary: summary, Button: button, Hidden: hidden(), Fields: []input{
			{Name: "tetto", Label: "Righe di una richiesta, al più", Hint: "Da 1 a " + figure(domain.RigheMassime), Value: number(granted.Tetto), Max: 5},
			{Name: "base_giuridica", Label: "Base giuridica", Hint: "Quella che ammette di chiedere di molte persone insieme", Value: granted.BaseGiuridica, Max: 400},
		}})
	}
	if atto.Massive == nil {
		return []act{grant("Ammetti le richieste massive…", "Ammetti", domain.MassiveGranted{})}
	}
	return []act{grant("Cambia…", "Cambia", *atto.Massive), b.make("togli"+numero, "/massive/fine", false, act{
		Summary: "Non ammetterle più…", Button: "Non ammetterle più", Danger: true, Text: "Quelle in corso si fermano alla riga successiva. Le visure già chieste proseguono.",
		Hidden: hidden(), Fields: []input{{Name: "motivo", Label: "Motivo", Hint: "Resta nella storia dell’atto", Max: 1000}},
	})}
}

func (p *Pages) grantMassive(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	tetto, err := strconv.Atoi(f.text("tetto"))
	if err != nil {
		tetto = 0 // refused as what is no number of rows
	}
	return p.onConcessione(w, r, true, commands.GrantMassive{Atto: f.atto(), Tetto: tetto, BaseGiuridica: f.text("base_giuridica")}, "Le richieste massive sono ammesse: vale dalla prossima.")
}

func (p *Pages) endMassive(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	return p.onConcessione(w, r, false, commands.EndMassive{Atto: f.atto(), Motivo: f.text("motivo")}, "Le richieste massive non sono più ammesse.")
}

// atto is the number of the act that a form is about; 0 is that of none.
func (f form) atto() int {
	n, _ := strconv.Atoi(f.Val("atto"))
	return n
}

// onConcessione sends a command about what an act admits, and shows the page again: with
// what was done, or what is wrong with it. What gives rights wants the second factor.
func (p *Pages) onConcessione(w http.ResponseWriter, r *http.Request, gives bool, cmd commands.Command[domain.Convenzione], said string) error {
	id, err := object(r, domain.ParseConvenzioneID)
	if err != nil {
		return err
	}
	if err := p.covered(r.Context(), id); err != nil {
		return err
	}
	carryOut := send[domain.Convenzione]
	if gives {
		carryOut = give[domain.Convenzione]
	}
	done, err := carryOut(r, p, id.Stream(), filled(r).atRevision(), cmd)
	if err != nil {
		return p.again(r, err, func(f form, status int) error {
			f.keyed()
			return p.concessioniPage(w, r, f, status, true)
		})
	}
	return p.onward(w, r, "/convenzioni/"+string(id)+"/massive", done.Position, said)
}
