package commands_test

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// usual is how a Comune begins: its TOPs, of whom one is another Comune's too, an act, a
// profile, an ADMIN, an operator, an operator who is a TOP too, and software.
func (r *region) usual() []move {
	top := domain.Actor{Utente: persone[0], Role: domain.RoleTop, Comune: comune}
	admin := domain.Actor{Utente: persone[2], Role: domain.RoleAdmin, Ente: ente}
	operator := domain.Actor{Utente: persone[3], Role: domain.RoleStandard, Ente: ente}
	both := domain.Actor{Utente: persone[4], Role: domain.RoleStandard, Ente: ente} // a TOP too
	first := slices.Sorted(maps.Keys(profili))[0]
	draft := commands.DraftConvenzione{
		Ente: ente, Comune: comune, Estremi: "rep. 1", Data: act.Data, Firmatari: act.Firmatari, Contatti: act.Contatti, Dal: data("2026-01-01"), Al: data("2027-12-31"), Finalita: act.Finalita,
		Massimo: domain.Massimo{Tipi: tipi, Nazionale: domain.Modo{Conferma: domain.Immediata}},
	}
	define := commands.DefineProfile{Comune: comune, Nome: "Sportello", Tipi: []domain.TipoConcesso{
		{Tipo: tipi[0], Nazionale: domain.Modo{Conferma: domain.SilenzioAssenso}}, {Tipo: tipi[1], Nazionale: domain.Modo{Conferma: domain.Manuale}}, {Tipo: tipi[2]},
	}}
	of := domain.ConvenzioneIDOf(pair).Stream()
	return []move{
		sending(r, root, persone[0].Stream(), commands.AppointUtente{Comune: comune, Mansione: "responsabile"}),
		sending(r, root, comune.Stream(), commands.NameTop{Utente: persone[0]}),
		sending(r, root, persone[1].Stream(), commands.AppointUtente{Comune: altro, Mansione: "responsabile"}),
		sending(r, root, altro.Stream(), commands.NameTop{Utente: persone[1]}),
		sending(r, top, of, draft),
		sending(r, top, of, commands.ActivateConvenzione{}),
		sending(r, top, comune.Stream(), commands.EnableNazionale(title)),
		sending(r, top, first.Stream(), define),
		sending(r, top, admin.Utente.Stream(), commands.GiveRole{Role: domain.RoleAdmin, Ente: ente, Comune: comune}),
		sending(r, admin, operator.Utente.Stream(), commands.GiveRole{Role: domain.RoleStandard, Ente: ente, Comune: comune}),
		sending(r, admin, operator.Utente.Stream(), commands.AppointUtente{Ente: ente, Comune: comune, Mansione: "messo"}),
		sending(r, admin, operator.Utente.Stream(), commands.AssignProfile{Ente: ente, Comune: comune, Profile: first}),
		sending(r, top, operator.Utente.Stream(), commands.GrantNazionale{Ente: ente, Comune: comune, Profile: first, Motivo: "serve"}),
		sending(r, operator, operator.Utente.Stream(), commands.AcceptInstructions{Comune: comune}),
		sending(r, top, both.Utente.Stream(), commands.AppointUtente{Comune: comune, Mansione: "vicario"}),
		sending(r, top, comune.Stream(), commands.NameTop{Utente: both.Utente}),
		sending(r, top, both.Utente.Stream(), commands.GiveRole{Role: domain.RoleStandard, Ente: ente, Comune: comune}),
		sending(r, top, both.Utente.Stream(), commands.AssignProfile{Ente: ente, Comune: comune, Profile: first}),
		sending(r, both, both.Utente.Stream(), commands.AcceptInstructions{Comune: comune}),
		sending(r, top, persone[1].Stream(), commands.AppointUtente{Comune: comune, Mansione: "vicario"}),
		sending(r, top, comune.Stream(), commands.NameTop{Utente: persone[1]}),
		sending(r, top, apps[ente].Stream(), commands.RegisterApplicativo{
			Ente: ente, Comuni: []domain.CodiceISTAT{comune}, Nome: "Gestionale", Owner: admin.Utente, Scopes: domain.Scopes(), Reti: someReti,
		}),
		sending(r, admin, apps[ente].Stream(), commands.IssueToken{Token: token, Expires: r.clock.AddDate(0, 0, 360)}),
	}
}

// anyMove is any command of anybody, mostly about what they administer and those who
// are there.
func (r *region) anyMove(d *rand.Rand) move {
	by := r.anybody(d)
	p := domain.Pair{Ente: one(d, enti[0], enti...), Comune: one(d, comune, comuni...)}
	if by.Comune != "" && d.IntN(4) > 0 {
		p.Comune = by.Comune
	}
	if by.Ente != "" && d.IntN(4) > 0 {
		p.Ente = by.Ente
	}
	for _, head := range persone {
		if d.IntN(3) == 0 && r.notes.comuni[p.Comune].tops[head] {
			by = domain.Actor{Utente: head, Role: domain.RoleTop, Comune: p.Comune}
		}
	}
	who := pick(d, persone)
	if there := r.there(p); len(there) > 0 && d.IntN(3) > 0 {
		who = pick(d, there)
	}
	switch d.IntN(13) {
	case 12:
		return r.aboutAccount(d, by, who)
	case 0:
		return r.aboutComune(d, by, p.Comune, who)
	case 1:
		return r.aboutAct(d, by, p)
	case 2:
		return r.aboutProfile(d, by, p.Comune)
	case 3:
		return r.aboutDesk(d, by, p)
	case 4, 5, 6:
		return r.aboutPerson(d, by, p, who)
	case 7:
		return r.aboutProposal(d, by, p, who)
	case 8:
		return r.aboutSoftware(d, by, p)
	case 9:
		if d.IntN(3) == 0 {
			return r.aboutOffice(d, by, p)
		}
		return r.aboutPerson(d, by, p, who)
	}
	return r.aboutGrant(d, by, p, who)
}

// there are the persons with a role at a pair.
func (r *region) there(p domain.Pair) (there []domain.UtenteID) {
	for _, who := range persone {
		if len(r.held(who, p)) > 0 {
			there = append(there, who)
		}
	}
	return there
}

// held are a person's roles at a pair.
func (r *region) held(who domain.UtenteID, p domain.Pair) (roles []domain.RoleTaken) {
	for key := range r.notes.persons[who].roles {
		if key.Ente == p.Ente && key.Comune == p.Comune {
			roles = append(roles, key)
		}
	}
	slices.SortFunc(roles, func(a, b domain.RoleTaken) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Sostituisce, b.Sostituisce))
	})
	return roles
}

// pick draws one of several.
func pick[T any](d *rand.Rand, all []T) T { return all[d.IntN(len(all))] }

// one draws one of all, mostly the likely one.
func one[T any](d *rand.Rand, likely T, all ...T) T {
	return pick(d, append([]T{likely, likely}, all...))
}

// anybody claims a capacity, mostly one that somebody holds.
func (r *region) anybody(d *rand.Rand) domain.Actor {
	seats := []domain.Actor{root}
	for _, c := range comuni {
		for _, who := range persone {
			if seat := (domain.Actor{Utente: who, Role: domain.RoleTop, Comune: c}); r.notes.comuni[c].tops[who] {
				seats = append(seats, seat, seat)
			}
			for _, e := range enti {
				for _, role := range r.held(who, domain.Pair{Ente: e, Comune: c}) {
					seats = append(seats, domain.Actor{Utente: who, Role: role.Role, Ente: e})
				}
			}
		}
	}
	if d.IntN(5) > 0 {
		by := pick(d, seats)
		if by.Ente != "" && d.IntN(12) == 0 {
			by.Comune = pick(d, comuni)
		}
		return by
	}
	by := domain.Actor{Utente: pick(d, persone)}
	by.Role = pick(d, []domain.Role{
		domain.RoleTop, domain.RoleAnagrafe, domain.RoleAdmin, domain.RoleStandard, domain.RoleAuditor, domain.RoleInstallazione, domain.RoleSistema,
	})
	if by.Role == domain.RoleAdmin || by.Role == domain.RoleStandard {
		by.Ente = pick(d, enti)
	} else {
		by.Comune = pick(d, comuni)
	}
	return by
}

// day draws a day around today, or none.
func (r *region) day(d *rand.Rand) domain.Date {
	switch days := pick(d, []int{-1000, -1000, -1000, -3, 0, 2, 30, 200}); days {
	case -1000:
		return domain.Date{}
	default:
		return domain.ItalianDay(r.clock.AddDate(0, 0, days))
	}
}

var (
	someModo = []domain.Modo{
		{}, {Conferma: domain.Manuale}, {Conferma: domain.SilenzioAssenso}, {Conferma: domain.SilenzioAssenso, Ore: 6},
		{Conferma: domain.SilenzioAssenso, Ore: 48}, {Conferma: domain.Immediata}, {Conferma: domain.Immediata},
	}
	someOrario = []domain.Orario{nil, nil, nil, {{Giorni: []int{1, 2, 3, 4, 5, 6, 7}, Dalle: "08:00", Alle: "14:00"}}}
	someRegola = []domain.RegolaPostazione{"", "", "", domain.Libera, domain.Autorizzata}
)

// someTipi draws types, one at least.
func someTipi(d *rand.Rand) []domain.Tipo {
	some := pick(d, [][]domain.Tipo{tipi, tipi, tipi[:1], tipi[1:], {tipi[0], tipi[2]}})
	return slices.Clone(some)
}

// someFinalita draws purposes for the types of an act: the first alone, or with another
// for some of the types, and either may be for one type alone.
func someFinalita(d *rand.Rand, admitted []domain.Tipo) []domain.Finalita {
	first, second := act.Finalita[0], act.Finalita[0]
	second.Codice = purposes[1]
	switch d.IntN(4) {
	case 0:
		return []domain.Finalita{first}
	case 1:
		first.Tipi = []domain.Tipo{pick(d, admitted)}
	case 2:
		first.Tipi = []domain.Tipo{pick(d, tipi)} // the act may not admit it
	}
	if d.IntN(2) == 0 {
		second.Tipi = []domain.Tipo{pick(d, admitted)}
	}
	return []domain.Finalita{first, second}
}

func (r *region) aboutComune(d *rand.Rand, by domain.Actor, c domain.CodiceISTAT, who domain.UtenteID) move {
	eyes := [][]domain.QuattroOcchi{nil, {domain.OcchiStoriche}, {domain.OcchiNazionale}, {domain.OcchiNazionale, domain.OcchiStoriche}}
	release := commands.ReleaseQuattroOcchi{Kind: pick(d, []domain.QuattroOcchi{domain.OcchiStoriche, domain.OcchiNazionale})}
	if len(r.notes.comuni[c].eyes) > 0 && d.IntN(4) == 0 {
		return sending(r, root, c.Stream(), release)
	}
	return sending(r, by, c.Stream(), pick(d, []commands.Command[domain.Comune]{
		commands.NameTop{Utente: who}, commands.NameTop{Utente: who}, commands.RemoveTop{Utente: who}, commands.RemoveTop{Utente: by.Utente},
		commands.EnableNazionale(title), commands.EnableNazionale(title), commands.DisableNazionale{},
		commands.SetRules{QuattroOcchi: pick(d, eyes)}, commands.SetRules{}, release, release, commands.PublishInstructions{Testo: pick(d, []string{"a", "b"})},
		commands.SetCalendario{Precedente: fact(r, c.Stream()).Calendario().Versione, OreSilenzio: pick(d, []int{6, 12, 24, 48})},
	}))
}

func (r *region) aboutAct(d *rand.Rand, by domain.Actor, p domain.Pair) move {
	from := pick(d, []int{-30, 0, 15})
	draft := commands.DraftConvenzione{
		Ente: p.Ente, Comune: p.Comune, Estremi: "rep. 2", Data: act.Data, Firmatari: act.Firmatari, Contatti: act.Contatti, Dal: domain.ItalianDay(r.clock.AddDate(0, 0, from)),
		Al: domain.ItalianDay(r.clock.AddDate(0, 0, from+pick(d, []int{20, 400, 800}))),
		Massimo: domain.Massimo{
			Tipi: someTipi(d), Nazionale: pick(d, someModo), Orario: pick(d, someOrario), Postazione: pick(d, someRegola),
		},
	}
	draft.Finalita = someFinalita(d, draft.Massimo.Tipi)
	switch a := r.notes.acts[p]; {
	case a != nil && len(a.every) > 0 && d.IntN(8) == 0: // as a recertification does
		return sending(r, one(d, domain.Sistema, by), domain.ConvenzioneIDOf(p).Stream(), commands.InhibitPurposes{
			Ricertificazione: domain.RicertificazioneID(r.newID()), Atto: len(a.every), Finalita: pick(d, [][]string{purposes, purposes[:1], purposes[1:]}),
		})
	case a != nil && len(a.inhibited) > 0 && d.IntN(3) == 0:
		return sending(r, by, domain.ConvenzioneIDOf(p).Stream(), commands.ReadmitPurpose{Finalita: pick(d, a.inhibited).Codice, Motivo: "serve"})
	case a != nil && a.suspended && d.IntN(2) == 0:
		return sending(r, by, domain.ConvenzioneIDOf(p).Stream(), commands.ResumeConvenzione{})
	case a != nil && a.drafted && d.IntN(2) == 0:
		return sending(r, by, domain.ConvenzioneIDOf(p).Stream(), commands.ActivateConvenzione{})
	case a != nil && len(a.active) == 0 && d.IntN(2) == 0:
		return sending(r, by, domain.ConvenzioneIDOf(p).Stream(), draft)
	}
	return sending(r, by, domain.ConvenzioneIDOf(p).Stream(), pick(d, []commands.Command[domain.Convenzione]{
		draft, draft, draft, commands.ActivateConvenzione{}, commands.ActivateConvenzione{}, commands.ActivateConvenzione{},
		commands.SuspendConvenzione{Motivo: "verifiche"}, commands.ResumeConvenzione{}, commands.EndConvenzione{Motivo: "recesso"},
	}))
}

func (r *region) aboutProfile(d *rand.Rand, by domain.Actor, c domain.CodiceISTAT) move {
	id := pick(d, slices.Sorted(maps.Keys(profili)))
	define := commands.DefineProfile{Comune: profili[id], Nome: "profilo", Orario: pick(d, someOrario), Postazione: pick(d, someRegola)}
	if d.IntN(10) == 0 {
		define.Comune = c
	}
	for _, tipo := range someTipi(d) {
		define.Tipi = append(define.Tipi, domain.TipoConcesso{Tipo: tipo, Nazionale: pick(d, someModo)})
	}
	return sending(r, by, id.Stream(), pick(d, []commands.Command[domain.Profile]{
		define, define, define, define, define, define, define, define, define, define, define, commands.WithdrawProfile{},
	}))
}
