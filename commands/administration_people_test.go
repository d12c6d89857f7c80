package commands_test

import (
	"maps"
	"math/rand/v2"
	"slices"

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

func (r *region) aboutPerson(d *rand.Rand, by domain.Actor, p domain.Pair, who domain.UtenteID) move {
	at := p
	if d.IntN(5) == 0 {
		at.Ente = ""
	}
	role := pick(d, []domain.Role{
		domain.RoleStandard, domain.RoleStandard, domain.RoleStandard, domain.RoleAdmin, domain.RoleAdmin, domain.RoleAnagrafe, domain.RoleAuditor, domain.RoleTop,
	})
	give := commands.GiveRole{Role: role, Ente: p.Ente, Comune: p.Comune, Dal: r.day(d), Al: r.day(d)}
	if role == domain.RoleAnagrafe || role == domain.RoleAuditor || role == domain.RoleTop {
		give.Ente = ""
	}
	if d.IntN(5) == 0 {
		give.Sostituisce = pick(d, persone)
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
