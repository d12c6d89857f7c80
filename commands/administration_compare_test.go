package commands_test

import (
	"context"
	"errors"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// worthReaching is what the sequences must have come to, or they show nothing.
var worthReaching = []string{
	"comunale", "nazionale immediata", "nazionale silenzio_assenso", "nazionale manuale",
	"refused comune", "refused utente", "refused istruzioni", "refused tipo", "refused orario", "refused postazione", "refused profile",
	"refused mansione", "refused ambito", "refused role", "refused finalita", "for a purpose of some types",
	"held back", "held back from the Comune", "granted further",
	"commands.GiveRole", "commands.TakeRole", "commands.AppointUtente", "commands.SuspendUtente", "commands.ReinstateUtente",
	"commands.DeclareAbsence", "commands.CallOffAbsence", "commands.AcceptInstructions", "commands.AssignProfile", "commands.WithdrawAssignment",
	"commands.GrantNazionale", "commands.RevokeNazionale", "commands.ApproveGrant", "commands.RejectGrant", "commands.ProposeReset",
	"commands.NameTop", "commands.RemoveTop", "commands.EnableNazionale", "commands.DisableNazionale", "commands.SetRules", "commands.SetCalendario",
	"commands.PublishInstructions", "commands.DraftConvenzione", "commands.ActivateConvenzione", "commands.SuspendConvenzione",
	"commands.ResumeConvenzione", "commands.EndConvenzione", "commands.InhibitPurposes", "commands.ReadmitPurpose", "inhibited", "commands.DefineProfile", "commands.WithdrawProfile",
	"commands.AmendUtente", "commands.CompleteReset", "handed over", "mailed", "mailed beyond", "recovered", "reset",
	"commands.GiveCollection", "commands.TakeCollection", "commands.ReleaseQuattroOcchi", "collects", "in another's place",
	"commands.ProposePostazione", "commands.ApprovePostazione", "commands.RevokePostazione",
	"commands.RegisterApplicativo", "commands.IssueToken", "commands.RevokeToken", "commands.SuspendApplicativo", "commands.ReinstateApplicativo",
	"commands.NameUfficio", "commands.CloseUfficio", "by software",
}

// fact is what the product remembers of a stream.
func fact[S commands.State[S]](r *region, stream domain.Stream[S]) S {
	state, err := commands.Fact(context.Background(), r.h, stream)
	if err != nil {
		panic(err)
	}
	return state
}

// compare holds what the product admits against what the events say, of every person,
// pair, type and reach.
func (r *region) compare(t *rapid.T, seen *reached) {
	for _, who := range persone {
		r.collecting(t, seen, who)
		for q := range questions(who) {
			if len(r.held(who, q.pair)) == 0 && (q.role == domain.RoleAdmin || q.desk != "" || q.software || q.tipo != tipi[0] || q.purpose != purposes[0]) {
				continue // of who holds nothing there one question is enough
			}
			q.at = r.clock
			want := r.notes.may(q)
			g := r.given(q)
			here, refused := admitted(g, q, domain.Comunale)
			if refused == nil != want.admitted {
				t.Fatalf("%+v: %v; the events say %+v", q, refused, want)
			}
			seen.refused(refused, "comunale")
			if refused != nil && strings.Contains(refused.Error(), "inibita") {
				seen.note("inhibited")
			}
			if q.software && want.admitted {
				seen.note("by software")
			}
			if q.purpose != purposes[0] && want.admitted {
				seen.note("for a purpose of some types")
			}
			if !want.admitted {
				continue
			}
			beyond, refused := admitted(g, q, domain.Nazionale)
			if want.heldBack && refused == nil {
				seen.note("held back")
			}
			if refused != nil {
				seen.refused(refused, "")
				if want.heldBack {
					seen.note("held back from the Comune")
				}
				if want.delay != never {
					t.Fatalf("national %+v: %v; the events say %+v", q, refused, want)
				}
				continue
			}
			seen.note("nazionale " + string(beyond.Conferma))
			term := g.Parties.Comune.OreSilenzio()
			if got := delay(domain.Modo{Conferma: beyond.Conferma, Ore: beyond.OreSilenzio}, term); got != want.delay {
				t.Fatalf("national %+v goes through after %v; the events say %v", q, got, want.delay)
			}
			r.within(t, g, here, beyond)
			r.grantedByTop(t, q, beyond.Profile)
		}
	}
}

// standing is what the product knows of who acts.
func (r *region) standing(by domain.Actor) domain.Standing {
	s, err := commands.Standing(context.Background(), r.h, by)
	if err != nil {
		panic(err)
	}
	return s
}

// collecting holds where the product lets a person obtain others' documents against
// where the events say they may.
func (r *region) collecting(t *rapid.T, seen *reached, who domain.UtenteID) {
	p, today := r.notes.persons[who], domain.ItalianDay(r.clock)
	for _, e := range enti {
		by := domain.Actor{Utente: who, Role: domain.RoleStandard, Ente: e}
		reach, _ := r.standing(by).Reach(by, r.clock)
		for _, c := range comuni {
			at := domain.Pair{Ente: e, Comune: c}
			want := p.collects[at] && !p.stopped[at] && r.notes.plays(p, domain.RoleStandard, at, today)
			if got := slices.Contains(reach.Collects, at); got != want {
				t.Fatalf("%s collects at %+v: %v; the events say %v", who, at, got, want)
			}
			if want {
				seen.note("collects")
			}
			own, has := p.roles[domain.RoleTaken{Role: domain.RoleStandard, Ente: e, Comune: c}]
			if (!has || !own.on(today)) && r.notes.plays(p, domain.RoleStandard, at, today) {
				seen.note("in another's place")
			}
		}
	}
}

// refused counts a refusal by its item, or that there was none.
func (s *reached) refused(err error, admitted string) {
	var refusal *domain.Error
	switch {
	case !errors.As(err, &refusal):
		s.note(admitted)
	case refusal.Field == "":
		s.note("refused role")
	default:
		s.note("refused " + refusal.Field)
	}
}

// given is what a request rests on, as the product remembers it.
func (r *region) given(q question) given {
	by := domain.Actor{Utente: q.who, Role: q.role, Ente: q.pair.Ente, Postazione: string(q.desk)}
	g := given{
		ID: string(visura), Actor: r.standing(by), Keyed: commands.Keyed{SubjectToken: "token", Numero: ciuv},
		Meta: domain.Meta{At: q.at, By: by, CommandID: command},
		Parties: domain.Parties{
			Comune:      fact(r, q.pair.Comune.Stream()),
			Convenzione: fact(r, domain.ConvenzioneIDOf(q.pair).Stream()),
		},
	}
	for _, a := range g.Actor.Assigned(q.pair) {
		g.Parties.Profiles = append(g.Parties.Profiles, domain.NamedProfile{ID: a.Profile, Profile: fact(r, a.Profile.Stream())})
	}
	if q.software {
		g.Meta.By.Via, g.Meta.By.Session = apps[q.pair.Ente], token
		g.Actor.Applicativo = fact(r, apps[q.pair.Ente].Stream())
	}
	if q.desk != "" {
		g.Parties.Postazione = fact(r, q.desk.Stream())
	}
	return g
}

// admitted asks for a visura: the request as it is recorded, or the refusal.
func admitted(g given, q question, ambito domain.Ambito) (domain.VisuraRequested, error) {
	c := ask
	c.Comune, c.Tipo, c.Ambito, c.Finalita = string(q.pair.Comune), string(q.tipo), string(ambito), q.purpose
	events, err := c.Decide(g)
	if err != nil {
		return domain.VisuraRequested{}, err
	}
	return events[0].(domain.VisuraRequested), nil
}

// within refuses a request that goes beyond the act it names.
func (r *region) within(t *rapid.T, g given, requests ...domain.VisuraRequested) {
	for _, request := range requests {
		act := g.Parties.Convenzione.Atto(request.Atto)
		day := domain.ItalianDay(g.Meta.At)
		most := domain.Modo{}
		listed := false
		for _, tipo := range act.Massimo.Tipi {
			listed = listed || tipo == request.Tipo
		}
		if request.Ambito == domain.Nazionale {
			most = act.Massimo.Nazionale
		}
		mode, term := domain.Modo{Conferma: request.Conferma, Ore: request.OreSilenzio}, g.Parties.Comune.OreSilenzio()
		wider := request.Ambito == domain.Nazionale && delay(mode, term) < delay(most, term)
		if !listed || wider || after(act.Dal, day) || after(day, act.Al) {
			t.Fatalf("%+v is beyond its act %+v", request, act)
		}
	}
}

// grantedByTop refuses a national right that no TOP of the Comune granted, to another
// than themself, since the profile was assigned last.
func (r *region) grantedByTop(t *rapid.T, q question, profile domain.ProfileID) {
	proposals := map[string]domain.Recorded{}
	grantedBy := []domain.Actor(nil)
	for _, e := range r.log[string(q.who.Stream())] {
		fact, by := e.Event, []domain.Actor{e.Meta.By}
		switch e := e.Event.(type) {
		case domain.GrantProposed:
			proposals[e.ID] = domain.Recorded{Event: e, Meta: domain.Meta{By: by[0]}}
		case domain.GrantApproved:
			was := proposals[e.ID]
			by = append(by, was.Meta.By)
			if p := was.Event.(domain.GrantProposed); p.Assign != nil {
				fact = domain.ProfileAssigned{Ente: p.Ente, Comune: p.Comune, Profile: p.Assign.Profile}
			} else if p.Nazionale != "" {
				fact = domain.NazionaleGranted{Ente: p.Ente, Comune: p.Comune, Profile: p.Nazionale}
			}
		}
		switch e := fact.(type) {
		case domain.ProfileAssigned:
			if e.Pair() == q.pair && e.Profile == profile {
				grantedBy = nil
			}
		case domain.NazionaleGranted:
			if (domain.Pair{Ente: e.Ente, Comune: e.Comune}) == q.pair && e.Profile == profile {
				grantedBy = by
			}
		}
	}
	top := false
	for i, by := range grantedBy {
		top = top || by.Role == domain.RoleTop && by.Comune == q.pair.Comune
		if by.Utente == q.who || i > 0 && by == grantedBy[0] {
			top = false
			break
		}
	}
	if !top {
		t.Fatalf("%+v asks nationally with %s, granted by %+v", q, profile, grantedBy)
	}
}
