package commands_test

import (
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func (r *region) aboutDesk(d *rand.Rand, by domain.Actor, p domain.Pair) move {
	propose := commands.ProposePostazione{Ente: p.Ente, Comune: p.Comune, Nome: "Sportello"}
	approve := commands.ApprovePostazione{Comune: p.Comune}
	return sending(r, by, desks[p.Ente].Stream(), pick(d, []commands.Command[domain.Postazione]{
		propose, propose, approve, approve, approve, commands.RevokePostazione{Comune: p.Comune},
	}))
}

// token is what every token of software is named: several may live at once.
const token = "5a9d"

// someReti are the networks that software calls from.
var someReti = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}

// aboutSoftware is mostly of who would gain most: a TOP who asks too, or who
// did half of what two are to do, and would do the other half.
func (r *region) aboutSoftware(d *rand.Rand, by domain.Actor, p domain.Pair) move {
	for _, who := range r.there(p) {
		if d.IntN(2) == 0 && r.notes.comuni[p.Comune].tops[who] {
			by = domain.Actor{Utente: who, Role: domain.RoleTop, Comune: p.Comune}
		}
	}
	register := commands.RegisterApplicativo{
		Ente: p.Ente, Comuni: pick(d, [][]domain.CodiceISTAT{{p.Comune}, {p.Comune}, comuni}), Nome: "Gestionale", Owner: pick(d, persone),
		Scopes: pick(d, [][]domain.Scope{domain.Scopes(), domain.Scopes(), {domain.ScopeRead}}),
	}
	if there := r.there(p); len(there) > 0 {
		register.Owner = pick(d, there)
	}
	switch d.IntN(8) {
	case 0: // which is refused
	case 1:
		register.Certificato = strings.Repeat("a", 64)
	default:
		register.Reti = someReti
	}
	if was := r.notes.software[apps[p.Ente]]; was != nil {
		switch d.IntN(3) {
		case 0: // the same for other Comuni
			register = commands.RegisterApplicativo(was.ApplicativoRegistered)
			register.Comuni = pick(d, [][]domain.CodiceISTAT{comuni, {p.Comune}})
		case 1: // another for the same
			register.Comuni, register.Owner = was.Comuni, was.Owner
		}
	}
	stopped := r.notes.software[apps[p.Ente]] != nil && r.notes.software[apps[p.Ente]].stopped[p.Comune]
	if stopped && d.IntN(2) == 0 {
		return sending(r, by, apps[p.Ente].Stream(), commands.ReinstateApplicativo{Comune: p.Comune})
	}
	issue := commands.IssueToken{Token: token, Expires: r.clock.AddDate(0, 0, pick(d, []int{1, 30, 360}))}
	if done := r.log[string(apps[p.Ente].Stream())]; len(done) > 0 && d.IntN(3) == 0 {
		half, was := pick(d, done), r.notes.software[apps[p.Ente]].ApplicativoRegistered
		by = domain.Actor{Utente: half.Meta.By.Utente, Role: domain.RoleTop, Comune: pick(d, was.Comuni)}
		_, registered := half.Event.(domain.ApplicativoRegistered)
		other := pick(d, comuni)
		if heads := slices.Sorted(maps.Keys(r.notes.comuni[other].tops)); registered && len(heads) > 0 && !slices.Contains(was.Comuni, other) {
			was.Comuni = append(slices.Clone(was.Comuni), other)
			by = domain.Actor{Utente: pick(d, heads), Role: domain.RoleTop, Comune: other}
			return sending(r, by, apps[p.Ente].Stream(), commands.Command[domain.Applicativo](commands.RegisterApplicativo(was)))
		}
		if registered {
			return sending(r, by, apps[p.Ente].Stream(), commands.Command[domain.Applicativo](issue))
		}
		register.Comuni, register.Owner, register.Reti = was.Comuni, was.Owner, someReti
		return sending(r, by, apps[p.Ente].Stream(), commands.Command[domain.Applicativo](register))
	}
	return sending(r, by, apps[p.Ente].Stream(), pick(d, []commands.Command[domain.Applicativo]{
		register, register, register, issue, issue, issue, commands.RevokeToken{Token: token},
		commands.SuspendApplicativo{Comune: p.Comune}, commands.SuspendApplicativo{Comune: p.Comune},
	}))
}

func (r *region) aboutOffice(d *rand.Rand, by domain.Actor, p domain.Pair) move {
	name := commands.NameUfficio{Comune: p.Comune, Codice: "A", Nome: pick(d, []string{"Primo", "Secondo"})}
	return sending(r, by, p.Ente.Stream(), pick(d, []commands.Command[domain.Ente]{
		name, name, commands.CloseUfficio{Comune: p.Comune, Codice: "A"},
	}))
}

func (r *region) aboutPerson(d *rand.Rand, by domain.Actor, p domain.Pair, who domain.UtenteID) move {
	at := p
	if d.IntN(5) == 0 {
		at.Ente = ""
	}
	if d.IntN(20) == 0 {
		return sending(r, domain.Sistema, who.Stream(), commands.SuspendUtente{Ente: at.Ente, Comune: at.Comune, Causa: domain.SuspendedUnused})
	}
	role := pick(d, []domain.Role{
		domain.RoleStandard, domain.RoleStandard, domain.RoleStandard, domain.RoleAdmin, domain.RoleAdmin, domain.RoleAnagrafe, domain.RoleAuditor, domain.RoleTop,
	})
	give := commands.GiveRole{Role: role, Ente: p.Ente, Comune: p.Comune, Dal: r.day(d), Al: r.day(d)}
	if role == domain.RoleAnagrafe || role == domain.RoleAuditor || role == domain.RoleTop {
		give.Ente = ""
	}
	if d.IntN(4) == 0 {
		give.Sostituisce = pick(d, persone)
		if there := r.there(p); len(there) > 0 {
			give.Sostituisce = pick(d, there)
		}
		give.Dal, give.Al = domain.ItalianDay(r.clock.AddDate(0, 0, -pick(d, []int{0, 2}))), domain.ItalianDay(r.clock.AddDate(0, 0, pick(d, []int{1, 5, 40})))
	}
	from := domain.ItalianDay(r.clock.AddDate(0, 0, pick(d, []int{-1, 0, 3})))
	to := domain.ItalianDay(r.clock.AddDate(0, 0, pick(d, []int{3, 10})))
	off := commands.CallOffAbsence{Ente: at.Ente, Comune: at.Comune, Dal: from}
	for _, day := range slices.SortedFunc(maps.Keys(r.notes.persons[who].away[at]), domain.Date.Compare) {
		off.Dal = day
	}
	if off.Dal != from && d.IntN(4) == 0 {
		return sending(r, by, who.Stream(), off)
	}
	back := commands.ReinstateUtente{Ente: at.Ente, Comune: at.Comune}
	for _, pair := range []domain.Pair{p, {Comune: p.Comune}} {
		if r.notes.persons[who].stopped[pair] {
			back = commands.ReinstateUtente{Ente: pair.Ente, Comune: pair.Comune}
		}
	}
	if back.Comune != "" && d.IntN(4) == 0 {
		return sending(r, by, who.Stream(), back)
	}
	themself := sending(r, domain.Actor{Utente: who, Role: domain.RoleStandard, Ente: p.Ente}, who.Stream(),
		commands.AcceptInstructions{Comune: p.Comune, Versione: r.notes.comuni[p.Comune].version})
	if len(r.held(who, p)) == 0 && r.notes.persons[who].duty[p] != "" && d.IntN(2) == 0 {
		return sending(r, by, who.Stream(), commands.GiveRole{Role: domain.RoleStandard, Ente: p.Ente, Comune: p.Comune})
	}
	if d.IntN(3) == 0 {
		return themself
	}
	if duty := r.notes.persons[who].duty[p]; duty != "" && d.IntN(8) == 0 {
		return sending(r, by, who.Stream(), commands.AppointUtente{Ente: p.Ente, Comune: p.Comune, Mansione: duty + "'"})
	}
	take := commands.TakeRole{Role: role, Ente: give.Ente, Comune: p.Comune, Sostituisce: give.Sostituisce}
	if roles := r.held(who, p); len(roles) > 0 {
		take = commands.TakeRole(pick(d, roles))
	}
	return sending(r, by, who.Stream(), pick(d, []commands.Command[domain.Utente]{
		give, give, give, give, take,
		commands.AppointUtente{Ente: at.Ente, Comune: at.Comune, Mansione: pick(d, []string{"messo", "istruttore"})},
		commands.SuspendUtente{Ente: at.Ente, Comune: at.Comune, Motivo: "verifiche"},
		back, back,
		commands.DeclareAbsence{Ente: at.Ente, Comune: at.Comune, Dal: from, Al: to}, off,
		commands.AcceptInstructions{Comune: p.Comune, Versione: d.IntN(3)},
		commands.GiveCollection{Ente: p.Ente, Comune: p.Comune}, commands.GiveCollection{Ente: p.Ente, Comune: p.Comune},
		commands.TakeCollection{Ente: p.Ente, Comune: p.Comune},
	}))
}

func (r *region) aboutGrant(d *rand.Rand, by domain.Actor, p domain.Pair, who domain.UtenteID) move {
	id := pick(d, slices.Sorted(maps.Keys(profili)))
	if d.IntN(3) == 0 {
		for _, profile := range slices.Sorted(maps.Keys(profili)) {
			if r.notes.persons[who].held[held{p, profile}] != nil {
				id = profile
			}
		}
	}
	assign := commands.AssignProfile{Ente: p.Ente, Comune: p.Comune, Profile: id, Dal: r.day(d), Al: r.day(d)}
	if d.IntN(3) == 0 {
		assign.Limiti = domain.Limiti{Tipi: someTipi(d), Orario: pick(d, someOrario)}
	}
	grant := commands.GrantNazionale{Ente: p.Ente, Comune: p.Comune, Profile: id, Motivo: "serve"}
	return sending(r, by, who.Stream(), pick(d, []commands.Command[domain.Utente]{
		assign, assign, assign, grant, grant, grant,
		commands.WithdrawAssignment{Ente: p.Ente, Comune: p.Comune, Profile: id}, commands.RevokeNazionale{Ente: p.Ente, Comune: p.Comune, Profile: id},
	}))
}

// aboutProposal decides on what is proposed for a person, if anything is.
func (r *region) aboutProposal(d *rand.Rand, by domain.Actor, p domain.Pair, who domain.UtenteID) move {
	reset := commands.ProposeReset{Ente: p.Ente, Comune: p.Comune, Motivo: "telefono smarrito"}
	var open []string
	for _, due := range fact(r, who.Stream()).Resets {
		return sending(r, domain.Sistema, who.Stream(), commands.Command[domain.Utente](commands.CompleteReset{ID: due.ID}))
	}
	o := r.notes
	for _, person := range persone {
		if ids := slices.Sorted(maps.Keys(o.persons[person].proposals)); len(ids) > 0 {
			who, open = person, ids
		}
	}
	if len(open) == 0 {
		return sending(r, by, who.Stream(), commands.Command[domain.Utente](reset))
	}
	id := pick(d, open)
	return sending(r, by, who.Stream(), pick(d, []commands.Command[domain.Utente]{
		commands.ApproveGrant{ID: id}, commands.ApproveGrant{ID: id}, commands.RejectGrant{ID: id}, reset,
	}))
}
