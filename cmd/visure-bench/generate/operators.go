package generate

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// enterOperators enters the operators of the Enti, but for a hundredth of the
// users left. The first of each Ente is good for all of its agreements and is its
// administrator, the others for one to three.
func (w *world) enterOperators(ctx context.Context) error {
	sizes := newShares(w.Enti, largestEnte)
	for i := range (w.Users - len(w.utenti)) * 99 / 100 {
		ente, first := i, i < w.Enti
		if !first {
			ente = sizes.draw(w.random)
		}
		links := w.links[ente]
		if !first {
			some := 1 + w.random.IntN(min(3, len(links)))
			from := w.random.IntN(len(links) - some + 1)
			links = links[from : from+some]
		}
		if err := w.enterOperator(ctx, ente, links, first); err != nil {
			return err
		}
	}
	return nil
}

// enterOperator has the Comuni's heads register somebody and give what is needed
// to ask them.
func (w *world) enterOperator(ctx context.Context, ente int, links []link, administers bool) error {
	h := newHuman(w.random)
	id := w.secrets.UtenteID(h.cf)
	if w.utenti[id] != nil {
		return nil // a namesake born the same day at the same place
	}
	a := begin(id.Stream())
	w.utenti[id] = a
	var all []esdb.Decided
	do := func(by domain.Actor, cmd commands.Command[domain.Utente]) error {
		d, err := act(&w.parties, a, w.meta(by), cmd)
		if err != nil {
			return fmt.Errorf("%T of %s: %w", cmd, a.stream, err)
		}
		all = append(all, d)
		return nil
	}
	if err := do(w.head(links[0].comune), commands.RegisterUtente{CodiceFiscale: h.cf, Cognome: h.surname, Nome: h.name}); err != nil {
		return err
	}
	for _, l := range links {
		g := grant{id, w.enti[ente], w.comuni[l.comune], l.profile}
		given := []commands.Command[domain.Utente]{
			commands.AppointUtente{Ente: g.ente, Comune: g.comune, Mansione: "Operatore di sportello"},
			commands.GiveRole{Role: domain.RoleStandard, Ente: g.ente, Comune: g.comune},
			commands.AssignProfile{Ente: g.ente, Comune: g.comune, Profile: g.profile},
		}
		if w.parties.profiles[g.profile].state.National() {
			given = append(given, commands.GrantNazionale{Ente: g.ente, Comune: g.comune, Profile: g.profile, Motivo: "Pratiche di chi viene da un altro Comune"})
		}
		if administers {
			given = append(given, commands.GiveRole{Role: domain.RoleAdmin, Ente: g.ente, Comune: g.comune})
		}
		for _, cmd := range given {
			if err := do(w.head(l.comune), cmd); err != nil {
				return err
			}
		}
		if err := do(g.actor(), commands.AcceptInstructions{Comune: g.comune}); err != nil {
			return err
		}
		w.grants[l.comune] = append(w.grants[l.comune], g)
	}
	return w.out.write(ctx, chunk{stream: string(a.stream), expected: commands.NoStream, decided: all})
}

// enterAuditors makes the users left auditors, of Comuni by their sizes.
func (w *world) enterAuditors(ctx context.Context) error {
	for len(w.utenti) < w.Users {
		comune := w.comuni[w.sizes.draw(w.random)]
		if _, err := w.enterUser(ctx, commands.AppointUtente{Comune: comune, Mansione: "Responsabile della protezione dei dati"}, commands.GiveRole{Role: domain.RoleAuditor, Comune: comune}); err != nil {
			return err
		}
	}
	return nil
}
