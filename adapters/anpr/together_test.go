package anpr_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// together is a Connector at which as many as are expected keep keys at once.
type together struct {
	commands.Connector
	expected *sync.WaitGroup
}

func (c together) Keep(name string, k commands.Keystore) error {
	c.expected.Done()
	c.expected.Wait()
	return c.Connector.Keep(name, k)
}

func TestOfTwoWhoReplaceAConnectionOneSucceeds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	former := o.connected(first(t)).InForce
	var both, wg sync.WaitGroup
	both.Add(2)
	o.Connector = together{o.client, &both}
	reports, errs := make([]commands.ConnectionReport, 2), make([]error, 2)
	for i := range 2 {
		machine, _ := handed(t, fmt.Sprintf("%s-CO-%04d", bagnacavallo, 9997+i), pki.Options{})
		wg.Go(func() {
			reports[i], errs[i] = o.Replace(context.Background(), comune, asSystem, commands.NewConnection{Machine: machine})
		})
	}
	wg.Wait()
	won := slices.IndexFunc(errs, func(err error) bool { return err == nil })
	if won < 0 || domain.CodeOf(errs[1-won]) != domain.Conflict {
		t.Fatalf("one and only one succeeds: %v", errs)
	}
	v := o.state().ComuneConnected
	if reports[won].InForce != v || v.Version != 2 || reports[1-won].InForce != former {
		t.Errorf("in force %+v, told %+v", v, reports)
	}
	want := append(keystoresOf(former), keystoresOf(v)...)
	if slices.Sort(want); !slices.Equal(o.files(), want) {
		t.Errorf("in the folder %v, want %v", o.files(), want)
	}
}
