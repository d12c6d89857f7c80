package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// action is a form of a person's page: where it goes below their address, the operation
// it is, and the command it asks for.
type action struct {
	path, id string
	stepUp   bool
	said     string
	command  func(p *Pages, r *http.Request, f *form, pair domain.Pair) (commands.Command[domain.Utente], error)
}

// actions are all that forms of a person's page do.
var actions = []action{
	{"/ruoli", "give-role", true, "Il ruolo è attribuito.", func(p *Pages, r *http.Request, f *form, at domain.Pair) (commands.Command[domain.Utente], error) {
		instead, err := p.person(r, f, "sostituisce")
		return commands.GiveRole{Role: domain.Role(f.Val("role")), Ente: at.Ente, Comune: at.Comune, Dal: p.date(f, "dal"), Al: p.date(f, "al"), Sostituisce: instead}, err
	}},
	{"/ruoli/revoca", "take-role", false, "Il ruolo è tolto: vale dalla prossima richiesta.", func(_ *Pages, _ *http.Request, f *form, at domain.Pair) (commands.Command[domain.Utente], error) {
		role, instead, _ := strings.Cut(f.Val("role"), " ")
		return commands.TakeRole{Role: domain.Role(role), Ente: at.Ente, Comune: at.Comune, Sostituisce: domain.UtenteID(instead), Motivo: f.text("motivo")}, nil
	}},
	{"/nomina", "appoint-utente", false, "La nomina è registrata.", func(p *Pages, _ *http.Request, f *form, at domain.Pair) (commands.Command[domain.Utente], error) {
		return commands.AppointUtente{Ente: at.Ente, Comune: at.Comune, Ufficio: f.text("ufficio"), Mansione: f.text("mansione"), Atto: f.text("atto"), Data: p.date(f, "data")}, nil
	}},
	{"/profilo/ritiro", "withdraw-assignment", false, "Il profilo è ritirato: vale dalla prossima richiesta.", func(_ *Pages, _ *http.Request, f *form, at domain.Pair) (commands.Command[domain.Utente], error) {
		return commands.WithdrawAssignment{Ente: at.Ente, Comune: at.Comune, Profile: profileIn(f), Motivo: f.text("motivo")}, nil
	}},
	{"/nazionale", "grant-nazionale", true, "L’abilitazione nazionale è registrata; dove il Comune vuole una seconda persona, resta da approvare.", func(_ *Pages, _ *http.Request, f *form, at domain.Pair) (commands.Command[domain.Utente], error) {
		return commands.GrantNazionale{Ente: at.Ente, Comune: at.Comune, Profile: profileIn(f), Motivo: f.text("motivo")}, nil
	}},
	{"/nazionale/revoca", "revoke-nazionale", false, "L’abilitazione nazionale è revocata: vale dalla prossima richiesta.", func(_ *Pages, _ *http.Request, f *form, at domain.Pair) (commands.Command[domain.Utente], error) {
		return commands.RevokeNazionale{Ente: at.Ente, Comune: at.Comune, Profile: profileIn(f), Motivo: f.text("motivo")}, nil
	}},
	{"/sospensione", "suspend-utente", false, "L’utente è sospeso: ruoli e profili restano, ma non si usano.", func(_ *Pages, _ *http.Request, f *form, at domain.Pair) (commands.Command[domain.Utente], error) {
		return commands.SuspendUtente{Ente: at.Ente, Comune: at.Comune, Motivo: f.text("motivo")}, nil
	}},
	{"/riattivazione", "reinstate-utente", true, "L’utente è riabilitato.", func(_ *Pages, _ *http.Request, f *form, at domain.Pair) (commands.Command[domain.Utente], error) {
		return commands.ReinstateUtente{Ente: at.Ente, Comune: at.Comune, Motivo: f.text("motivo")}, nil
	}},
	{"/sblocco", "unblock-utente", true, "L’utente è sbloccato: può chiedere e ritirare visure.", func(_ *Pages, _ *http.Request, f *form, at domain.Pair) (commands.Command[domain.Utente], error) {
		return commands.UnblockUtente{Ente: at.Ente, Comune: at.Comune, Motivo: f.text("motivo")}, nil
	}},
	{"/assenza", "declare-absence", false, "L’assenza è dichiarata: finché dura non si chiedono visure.", func(p *Pages, _ *http.Request, f *form, at domain.Pair) (commands.Command[domain.Utente], error) {
		return commands.DeclareAbsence{Ente: at.Ente, Comune: at.Comune, Dal: p.date(f, "dal"), Al: p.date(f, "al")}, nil
	}},
	{"/assenza/ritiro", "call-off-absence", false, "L’assenza è ritirata.", func(p *Pages, _ *http.Request, f *form, at domain.Pair) (commands.Command[domain.Utente], error) {
		return commands.CallOffAbsence{Ente: at.Ente, Comune: at.Comune, Dal: p.date(f, "dal")}, nil
	}},
	{"/ritiro", "give-collection", true, "L’utente può ritirare i documenti chiesti dai colleghi.", func(_ *Pages, _ *http.Request, _ *form, at domain.Pair) (commands.Command[domain.Utente], error) {
		return commands.GiveCollection{Ente: at.Ente, Comune: at.Comune}, nil
	}},
	{"/ritiro/revoca", "take-collection", false, "L’incarico del ritiro è tolto: vale dalla prossima richiesta.", func(_ *Pages, _ *http.Request, _ *form, at domain.Pair) (commands.Command[domain.Utente], error) {
		return commands.TakeCollection{Ente: at.Ente, Comune: at.Comune}, nil
	}},
	{"/secondo-fattore", "propose-reset", true, "La proposta è registrata: la decide un’altra persona.", func(_ *Pages, _ *http.Request, f *form, at domain.Pair) (commands.Command[domain.Utente], error) {
		return commands.ProposeReset{Ente: at.Ente, Comune: at.Comune, Motivo: f.text("motivo")}, nil
	}},
	{"/proposte/approvazione", "approve-grant", true, "La proposta è approvata.", func(_ *Pages, _ *http.Request, f *form, _ domain.Pair) (commands.Command[domain.Utente], error) {
		return commands.ApproveGrant{ID: f.Val("id")}, nil
	}},
	{"/proposte/rifiuto", "reject-grant", false, "La proposta è respinta.", func(_ *Pages, _ *http.Request, f *form, _ domain.Pair) (commands.Command[domain.Utente], error) {
		return commands.RejectGrant{ID: f.Val("id"), Motivo: f.text("motivo")}, nil
	}},
}

// profileIn is the profile that a form names; one that is none is nobody's.
func profileIn(f *form) domain.ProfileID {
	id, err := domain.ParseProfileID(f.Val("profile"))
	f.add("profile", err)
	return id
}

// acts adds the addresses of the forms.
func (p *Pages) acts(r chi.Router) {
	for _, a := range actions {
		r.Post("/utenti/{codice}"+a.path, p.acting(a.id, administrators, p.do(a)))
	}
}

// do carries out what a form asks for.
func (p *Pages) do(a action) answer {
	return func(w http.ResponseWriter, r *http.Request) error {
		again := func(f form, status int) error { return p.refusedUtente(w, r, f, status) }
		id, err := p.known(r)
		if err != nil {
			return err
		}
		f := filled(r)
		pair, err := pairOf(r.PostForm)
		f.add("comune", err)
		cmd, err := a.command(p, r, &f, pair)
		if err != nil {
			return err
		}
		if len(f.Errors) > 0 {
			return again(f, http.StatusUnprocessableEntity)
		}
		if a.stepUp {
			if err := p.elevate(r); err != nil {
				return p.again(r, err, again)
			}
		}
		done, err := send(r, p, id.Stream(), f.atRevision(), cmd)
		if err != nil {
			return p.again(r, err, again)
		}
		return p.onward(w, r, "/utenti/"+id.Codice(), done.Position, a.said)
	}
}

// desk makes the forms of a person's page, for who may use them.
type desk struct {
	bench
	v         *utente
	now       time.Time
	nazionale domain.NazionaleEnabled
}

// at makes a form about a person at a pair.
func (b *desk) at(key, to string, stepUp bool, one act, pair *domain.Pair) act {
	one.Hidden = append(one.Hidden, option{Value: string(pair.Comune), Text: "comune"}, option{Value: string(pair.Ente), Text: "ente"})
	return b.make(key, to, stepUp, one)
}

// Fields that several forms have.
var (
	fieldDal    = input{Name: "dal", Label: "Dal", Kind: "day"}
	fieldAl     = input{Name: "al", Label: "Al", Kind: "day", Hint: "L’ultimo giorno, compreso."}
	fieldMotivo = input{Name: "motivo", Label: "Motivo", Kind: "long", Max: 1000, Hint: "Resta nella storia dell’utente."}
	fieldPerche = input{Name: "motivo", Label: "Motivo (facoltativo)", Kind: "long", Max: 1000, Hint: "Resta nella storia dell’utente."}
)

// invitation is the form by which a link is sent or handed over.
func (b *desk) invitation() []act {
	fields := []input{{Name: "consegna", Label: "Come", Kind: "select", Options: []option{{Value: "", Text: "Per posta, al suo indirizzo"}, {Value: "si", Text: "Lo consegno io: il collegamento si vede una volta"}}}}
	return []act{b.make("invito", "/invito", true, act{Summary: "Invita a impostare la password…", Button: "Invita", Fields: fields, Text: "Il collegamento vale una sola volta. Chi non ha un indirizzo lo riceve da te."})}
}

// rolesActs give roles and take them.
func (b *desk) rolesActs(one *posto, pair domain.Pair) {
	var offered []option
	for _, role := range givable(b.by.Role, pair) {
		offered = append(offered, option{Value: string(role), Text: roleName(role)})
	}
	if offered != nil {
		fields := []input{{Name: "role", Label: "Ruolo", Kind: "select", Options: offered}, fieldDal, fieldAl, {Name: "sostituisce", Label: "In sostituzione di (codice utente, facoltativo)", Kind: "text", Max: 13}}
		one.RolesActs = append(one.RolesActs, b.at(one.Key+"-ruolo", "/ruoli", true, act{Summary: "Attribuisci un ruolo…", Button: "Attribuisci il ruolo", Fields: fields}, &pair))
	}
	var held []option
	for _, r := range one.Roles {
		if slices.Contains(givable(b.by.Role, pair), r.Role) {
			held = append(held, option{Value: strings.TrimSpace(string(r.Role) + " " + string(r.Sostituisce)), Text: inWords(r)})
		}
	}
	if held != nil {
		fields := []input{{Name: "role", Label: "Ruolo", Kind: "select", Options: held}, fieldPerche}
		one.RolesActs = append(one.RolesActs, b.at(one.Key+"-togli", "/ruoli/revoca", false, act{Summary: "Togli un ruolo…", Button: "Togli il ruolo", Danger: true, Fields: fields, Text: "Vale dalla prossima richiesta, anche nella sessione aperta."}, &pair))
	}
}

// inWords is a role with its days.
func inWords(r domain.RoleGiven) string {
	text := roleName(r.Role) + ", " + span(r.Dal, r.Al)
	if r.Sostituisce != "" {
		text += ", in sostituzione di " + r.Sostituisce.Codice()
	}
	return text
}

// appointActs write the record of a person.
func (b *desk) appointActs(one *posto, pair domain.Pair) {
	var was domain.UtenteAppointed
	if one.Nomina != nil {
		was = *one.Nomina
	}
	fields := []input{
		{Name: "mansione", Label: "Mansione", Kind: "text", Max: 120, Value: was.Mansione, Hint: "Se cambia, i profili vanno assegnati di nuovo."},
		{Name: "atto", Label: "Atto di nomina (facoltativo)", Kind: "text", Max: 200, Value: was.Atto}, {Name: "data", Label: "Data (facoltativa)", Kind: "day", Value: day(was.Data)},
	}
	if pair.Ente != "" {
		fields = append(fields, input{Name: "ufficio", Label: "Codice dell’ufficio (facoltativo)", Kind: "text", Max: 40, Value: was.Ufficio})
	}
	form := act{Summary: "Scrivi la nomina…", Button: "Registra la nomina", Fields: fields, Hidden: []option{{Value: b.v.revision, Text: "revision"}}}
	one.AppointActs = []act{b.at(one.Key+"-nomina", "/nomina", false, form, &pair)}
}

// profileActs withdraw profiles and, for a TOP, extend them beyond the Comune.
func (b *desk) profileActs(one *posto, pair domain.Pair) {
	var held, awaiting, beyond []option
	for _, h := range one.Posto.Profili {
		o := option{Value: string(h.Profile), Text: h.Nome}
		held = append(held, o)
		if h.Nazionale == projections.NazionaleDaConcedere {
			awaiting = append(awaiting, o)
		}
		if h.Nazionale == projections.NazionaleAutorizzata || h.Autorizzati != nil {
			beyond = append(beyond, o)
		}
	}
	chosen := func(of []option) input { return input{Name: "profile", Label: "Profilo", Kind: "select", Options: of} }
	if held != nil {
		one.ProfileActs = append(one.ProfileActs, b.at(one.Key+"-ritira", "/profilo/ritiro", false, act{Summary: "Ritira un profilo…", Button: "Ritira il profilo", Danger: true, Fields: []input{chosen(held), fieldPerche}}, &pair))
	}
	if awaiting != nil && b.by.Role == domain.RoleTop {
		title := "Il Comune non ha registrato il titolo per cui ammette visure nazionali: va registrato prima."
		if b.nazionale.Testo != "" {
			title = b.nazionale.Printed()
		}
		one.ProfileActs = append(one.ProfileActs, b.at(one.Key+"-nazionale", "/nazionale", true, act{Summary: "Abilita alle visure nazionali…", Button: "Abilita", Text: title, Fields: []input{chosen(awaiting), fieldMotivo}}, &pair))
	}
	if beyond != nil && b.by.Role == domain.RoleTop {
		one.ProfileActs = append(one.ProfileActs, b.at(one.Key+"-revoca", "/nazionale/revoca", false, act{Summary: "Revoca l’abilitazione nazionale…", Button: "Revoca", Danger: true, Fields: []input{chosen(beyond), fieldPerche}}, &pair))
	}
}

// absenceActs declare absences and take them back.
func (b *desk) absenceActs(one *posto, pair domain.Pair) {
	one.AbsenceActs = []act{b.at(one.Key+"-assenza", "/assenza", false, act{Summary: "Dichiara un’assenza…", Button: "Dichiara l’assenza", Fields: []input{fieldDal, fieldAl}, Text: "Finché dura l’utente non può chiedere visure."}, &pair)}
	var declared []option
	for _, a := range one.Posto.Assenze {
		declared = append(declared, option{Value: day(a.Dal), Text: span(a.Dal, a.Al)})
	}
	if declared != nil {
		fields := []input{{Name: "dal", Label: "Assenza", Kind: "select", Options: declared}}
		one.AbsenceActs = append(one.AbsenceActs, b.at(one.Key+"-presente", "/assenza/ritiro", false, act{Summary: "Ritira un’assenza…", Button: "Ritira l’assenza", Fields: fields}, &pair))
	}
}

// otherActs suspend, let collect what colleagues asked for, and reset the second factor.
func (b *desk) otherActs(one *posto, pair domain.Pair) {
	add := func(key, to string, stepUp bool, form act) {
		one.OtherActs = append(one.OtherActs, b.at(one.Key+"-"+key, to, stepUp, form, &pair))
	}
	if pair.Ente != "" && !one.Ritira {
		add("incarico", "/ritiro", true, act{Summary: "Incarica del ritiro…", Button: "Incarica", Text: "L’utente potrà scaricare i documenti chiesti dai colleghi dell’Ente."})
	}
	if pair.Ente != "" && one.Ritira {
		add("incarico", "/ritiro/revoca", false, act{Summary: "Togli l’incarico del ritiro…", Button: "Togli l’incarico", Danger: true})
	}
	add("fattore", "/secondo-fattore", true, act{Summary: "Proponi di reimpostare il secondo fattore…", Button: "Proponi", Fields: []input{fieldMotivo}, Text: "La decide un’altra persona. Prima accertati, non per posta, che a chiederlo sia l’utente."})
	if one.Stopped != "" {
		add("sblocca", "/sblocco", true, act{Summary: "Sblocca…", Button: "Sblocca l’utente", Fields: []input{fieldMotivo}, Text: "Prima accertati di che cosa l’utente ha fatto. Senza sblocco il blocco finisce da sé a mezzanotte."})
	}
	if one.Sospensione == nil {
		add("sospendi", "/sospensione", false, act{Summary: "Sospendi…", Button: "Sospendi l’utente", Danger: true, Fields: []input{fieldMotivo}, Text: "Ruoli e profili restano, ma non si usano finché l’utente non è riabilitato."})
	} else {
		add("riabilita", "/riattivazione", true, act{Summary: "Riabilita…", Button: "Riabilita l’utente", Fields: []input{fieldPerche}})
	}
}

// posto is what is shown of a person at a pair.
func (b *desk) posto(i int, place projections.Posto) posto {
	pair := domain.Pair{Ente: place.Ente, Comune: place.Comune}
	one := posto{Posto: place, Key: "p" + strconv.Itoa(i), At: "Comune di " + place.ComuneNome}
	if place.Ente != "" {
		one.At = place.EnteDenominazione + ", per il Comune di " + place.ComuneNome
	}
	if block := place.Blocco; block != nil && b.now.Before(block.Until) {
		one.Stopped = fmt.Sprintf("Bloccato fino al %s per %s (%d, il limite è %d).", moment(block.Until), block.Testo, block.Count, block.Limit)
	}
	var cause domain.Suspension
	if place.Sospensione != nil {
		cause = place.Sospensione.Causa
	}
	one.State = stateAt(cause, one.Stopped != "")
	if place.Top {
		one.Ruoli = append(one.Ruoli, roleName(domain.RoleTop))
	}
	asks := false
	for _, r := range place.Roles {
		one.Ruoli = append(one.Ruoli, inWords(r))
		one.Colleague = one.Colleague || r.Role == domain.RoleAdmin && b.by.Role == domain.RoleAdmin
		asks = asks || r.Role == domain.RoleStandard || r.Role == domain.RoleAdmin
	}
	for _, a := range place.Assenze {
		one.Assenze = append(one.Assenze, span(a.Dal, a.Al))
	}
	b.held(&one, place)
	if place.Nomina != nil {
		one.Letter = "/utenti/" + b.v.D.Codice + "/lettera?" + placeOf(pair).Encode()
	}
	b.proposals(&one, place, pair)
	if b.v.Self || one.Colleague {
		return one
	}
	if asks && place.Ente != "" {
		one.Grant = "/utenti/" + b.v.D.Codice + "/profilo?" + placeOf(pair).Encode()
	}
	b.rolesActs(&one, pair)
	b.appointActs(&one, pair)
	b.profileActs(&one, pair)
	b.absenceActs(&one, pair)
	b.otherActs(&one, pair)
	return one
}

// held writes the profiles a person holds.
func (b *desk) held(one *posto, place projections.Posto) {
	for _, h := range place.Profili {
		tenuto := profiloTenuto{Nome: h.Nome, Days: span(h.Dal, h.Al)}
		switch {
		case h.Decaduto:
			tenuto.Note = "decaduto: la mansione o il ruolo sono cambiati, va assegnato di nuovo"
		case h.Nazionale == projections.NazionaleDaConcedere && h.Autorizzati != nil:
			tenuto.Note, tenuto.More = "nazionale in parte da autorizzare", "Il profilo ha in più: "+titlesOf(h.DaAutorizzare)
		case h.Nazionale == projections.NazionaleDaConcedere:
			tenuto.Note = "nazionale da autorizzare"
		case h.Nazionale == projections.NazionaleAutorizzata:
			tenuto.Note = "anche nazionale"
		}
		one.Profili = append(one.Profili, tenuto)
	}
}

// byMode names types that go beyond the Comune, those alike together.
func byMode(tipi []domain.TipoConcesso) string {
	var modes []string
	alike := map[string][]domain.Tipo{}
	for _, t := range tipi {
		mode := modeText(t.Nazionale)
		if alike[mode] == nil {
			modes = append(modes, mode)
		}
		alike[mode] = append(alike[mode], t.Tipo)
	}
	for i, mode := range modes {
		modes[i] = mode + ": " + titlesOf(alike[mode])
	}
	return strings.Join(modes, "; ")
}

// proposals writes what awaits somebody else, with the forms of who may decide.
func (b *desk) proposals(one *posto, place projections.Posto, pair domain.Pair) {
	for i, g := range place.Proposte {
		what := proposta{Text: "Reimpostare il secondo fattore", Motivo: g.Motivo, By: "sistema"}
		if g.By != "" {
			what.By = g.By.Codice()
		}
		switch {
		case g.Assign != nil:
			what.Text = "Assegnare un profilo, " + span(g.Assign.Dal, g.Assign.Al)
		case g.Nazionale != "":
			what.Text = "Abilitare alle visure nazionali"
			if g.Tipi != nil {
				what.Text += " " + byMode(g.Tipi)
			}
		}
		key, id := one.Key+"-proposta"+strconv.Itoa(i), []option{{Value: g.ID, Text: "id"}}
		mine := g.By == b.by.Utente
		if !b.v.Self && !mine && (b.by.Role == domain.RoleTop || g.Reset) {
			what.Acts = append(what.Acts, b.at(key+"-si", "/proposte/approvazione", true, act{Summary: "Approva…", Button: "Approva la proposta", Hidden: id}, &pair))
		}
		if !b.v.Self && (mine || b.by.Role == domain.RoleTop || g.Reset) {
			what.Acts = append(what.Acts, b.at(key+"-no", "/proposte/rifiuto", false, act{Summary: "Respingi…", Button: "Respingi la proposta", Danger: true, Hidden: id, Fields: []input{fieldPerche}}, &pair))
		}
		one.Proposte = append(one.Proposte, what)
	}
}
