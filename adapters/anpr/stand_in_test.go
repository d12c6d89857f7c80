package anpr_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestTheSecondOperatorStandsInWhileTheFirstIsRejected(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	second := substitute
	n := first(t)
	n.Supplente = &second
	version := o.connected(n).InForce.Version
	var told []string
	o.config.StoodIn = func(ctx context.Context, c domain.CodiceISTAT, version int) {
		told = append(told, fmt.Sprint(c, " ", version))
		if _, err := commands.Handle(ctx, o.Handler, c.Stream(), asSystem, commands.RecordStandIn{Version: version}); err != nil {
			t.Error(err)
		}
	}
	o.start()
	o.simulator.Block(string(officer))
	before := len(o.simulator.Calls())
	for i := range 3 {
		if err := o.ask(fmt.Sprint("STAND", i)); err != nil {
			t.Fatal(err)
		}
	}
	calls := o.simulator.Calls()[before:]
	if len(calls) != 4 || calls[1].ID != "STAND0" || calls[1].Replay {
		t.Errorf("calls: %+v; want one rejected, then each in the name of the second", calls)
	}
	if want := fmt.Sprint(comune, " ", version); !slices.Equal(told, []string{want}) || !o.state().StoodIn {
		t.Errorf("told %v, want %s once; state %+v", told, want, o.state())
	}
	if report, err := o.Test(t.Context(), comune, asSystem); err != nil || report.Test.Outcome != domain.OperatorRefused || !o.state().StoodIn {
		t.Errorf("a test says %+v, %v", report.Test, err)
	}
	o.simulator.Block(string(substitute))
	var failed *commands.AnagrafeError
	if err := o.ask("BOTH"); !errors.As(err, &failed) || failed.Class != domain.FailureConfiguration {
		t.Errorf("both rejected: %v", err)
	}
	o.simulator.Unblock(string(officer))
	if err := o.ask("FIRST"); err != nil {
		t.Errorf("the first is back: %v", err)
	}
	o.simulator.Unblock(string(substitute))
	if report, err := o.Test(t.Context(), comune, asSystem); err != nil || report.Test.Outcome != domain.ConnectionOK || o.state().StoodIn {
		t.Errorf("a test that goes well ends it: %+v, %v, %+v", report.Test, err, o.state())
	}
}
