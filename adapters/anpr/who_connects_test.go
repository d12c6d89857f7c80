package anpr_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// acting is somebody who holds a role at a Comune, and acts in it.
func (o *office) acting(role domain.Role, at domain.CodiceISTAT) domain.Meta {
	o.t.Helper()
	by := domain.Actor{Utente: domain.UtenteID(uuid.NewString()), Role: role, Comune: at}
	_, err := o.memory.Append(o.t.Context(), string(by.Utente.Stream()), commands.NoStream,
		[]domain.Event{domain.UtenteRegistered{Codice: by.Utente.Codice()}, domain.RoleGiven{Role: role, Comune: at}},
		domain.Meta{By: domain.Sistema, CommandID: uuid.NewString()})
	if err != nil {
		o.t.Fatal(err)
	}
	if role == domain.RoleTop { // which the Comune itself keeps
		_, err := o.memory.Append(o.t.Context(), string(at.Stream()), commands.AnyRevision,
			[]domain.Event{domain.TopNamed{Utente: by.Utente}}, domain.Meta{By: domain.Sistema, CommandID: uuid.NewString()})
		if err != nil {
			o.t.Fatal(err)
		}
	}
	return domain.Meta{By: by}
}

func TestTheComunesOwnTopReplacesAndTestsItsConnection(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.connected(first(t))
	top := o.acting(domain.RoleTop, comune)
	report, err := o.Replace(t.Context(), comune, top, commands.NewConnection{Machine: first(t).Machine})
	if err != nil || report.InForce.Version != 2 || report.InForce.Operatore != officer {
		t.Errorf("%+v, %v", report, err)
	}
	if tested, err := o.Test(t.Context(), comune, top); err != nil || tested.Test.Outcome != domain.ConnectionOK || tested.Position.Compare(report.Position) <= 0 {
		t.Errorf("%+v, %v", tested, err)
	}
}

// Who would connect a Comune that has no way yet, and comes when it has one, causes no call.
func TestAFirstConnectionIsOneOfNone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.connected(first(t))
	calls := len(o.simulator.Calls())
	next := first(t)
	next.First = true
	if _, err := o.Replace(t.Context(), comune, o.acting(domain.RoleTop, comune), next); domain.CodeOf(err) != domain.Conflict || len(o.simulator.Calls()) != calls {
		t.Errorf("%v after %d calls", err, len(o.simulator.Calls())-calls)
	}
}

func TestNobodyElseCausesACall(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.connected(first(t))
	calls, files := len(o.simulator.Calls()), len(o.files())
	for name, m := range map[string]domain.Meta{
		"another Comune's TOP":     o.acting(domain.RoleTop, "040007"),
		"an officer of the Comune": o.acting(domain.RoleAnagrafe, comune),
		"an auditor of the Comune": o.acting(domain.RoleAuditor, comune),
		"a TOP by own account":     {By: domain.Actor{Utente: domain.UtenteID(uuid.NewString()), Role: domain.RoleTop, Comune: comune}},
	} {
		if _, err := o.Replace(t.Context(), comune, m, first(t)); domain.CodeOf(err) != domain.Forbidden {
			t.Errorf("%s replaces: %v", name, err)
		}
		if _, err := o.Test(t.Context(), comune, m); domain.CodeOf(err) != domain.Forbidden {
			t.Errorf("%s tests: %v", name, err)
		}
	}
	if _, err := o.Replace(t.Context(), "040007", asSystem, first(t)); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("a Comune that is not entered: %v", err)
	}
	if len(o.simulator.Calls()) != calls || len(o.files()) != files {
		t.Error("the registry was called, or keys were kept")
	}
}
