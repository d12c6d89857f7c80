package anpr_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/commands/storetest"
	"github.com/visure-anagrafiche/visure/domain"
)

// Every call takes the connection as the Comune's state says it then; certificates
// change three times under calls without end, and the calls that began before finish.
func TestCertificatesAreReplacedUnderLoadWithoutAFailedCall(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*office){
		"signing alone":           func(*office) {},
		"shown to the server too": func(o *office) { o.config.ClientTLS = true; o.start() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, func(c *simulator.Config) { c.Latency = simulator.Latency{Median: 5 * time.Millisecond} })
			change(o)
			o.connected(first(t))
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			var calls atomic.Int64
			var group sync.WaitGroup
			for worker := range 4 {
				group.Go(func() {
					for n := 0; ctx.Err() == nil; n++ {
						if err := o.ask(fmt.Sprintf("L%dN%d", worker, n)); err != nil {
							t.Errorf("call %d of worker %d: %v", n, worker, err)
							return
						}
						calls.Add(1)
					}
				})
			}
			for i := range 3 {
				machine, _ := handed(t, fmt.Sprintf("%s-CO-%04d", bagnacavallo, 9990+i), pki.Options{})
				o.connected(commands.NewConnection{Machine: machine})
				if err := o.simulator.AwaitCalls(t.Context(), len(o.simulator.Calls())+16); err != nil {
					t.Fatal(err)
				}
			}
			stop()
			group.Wait()
			if o.state().Version != 4 || calls.Load() < 3*16 {
				t.Errorf("version %d after %d calls", o.state().Version, calls.Load())
			}
		})
	}
}

func TestAfterAReplacementOnlyTheNewCertificateIsUsed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	machine, old := handed(t, bagnacavallo+"-CO-9999", pki.Options{})
	o.connected(commands.NewConnection{Machine: machine, Operatore: officer, TipoInvio: "TEST"})
	if err := o.ask("OLD1"); err != nil {
		t.Fatal(err)
	}
	next, _ := handed(t, bagnacavallo+"-CO-9998", pki.Options{})
	o.connected(commands.NewConnection{Machine: next})
	o.simulator.Revoke(old)
	if err := o.ask("NEW1"); err != nil {
		t.Errorf("the former certificate is still used: %v", err)
	}
}

func TestSupersededKeysAreRemovedWhenNoCallCanNeedThem(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	former := o.connected(first(t)).InForce
	byHand := filepath.Join(o.config.Keystores, bagnacavallo+"-CO-9999.p12")
	if err := os.WriteFile(byHand, first(t).Machine.PKCS12, 0o600); err != nil {
		t.Fatal(err)
	}
	next, _ := handed(t, bagnacavallo+"-CO-9998", pki.Options{})
	v := o.connected(commands.NewConnection{Machine: next}).InForce
	sweptAt := func(later time.Duration, want ...string) {
		t.Helper()
		o.now = func() time.Time { return time.Now().Add(later) }
		if err := o.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		want = append(want, filepath.Base(byHand))
		if slices.Sort(want); !slices.Equal(o.files(), want) {
			t.Errorf("after %s: %v, want %v", later, o.files(), want)
		}
	}
	both := append(keystoresOf(former), keystoresOf(v)...)
	sweptAt(0, both...)
	sweptAt(59*time.Minute, both...)
	sweptAt(61*time.Minute, keystoresOf(v)...)
	sweptAt(100*24*time.Hour, keystoresOf(v)...)
	o.now = time.Now
	if err := o.ask("SWEPT1"); err != nil {
		t.Error(err)
	}
}

var errCrash = errors.New("crash")

// crashing is a store whose process dies at the next append of the Comune's
// connection, before or after it took place.
type crashing struct {
	*storetest.Memory
	landed bool
}

func (c crashing) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	if c.landed {
		if _, err := c.Memory.Append(ctx, stream, expected, events, m); err != nil {
			return domain.Position{}, err
		}
	}
	return domain.Position{}, errCrash
}

// Between the keys and the version that names them nothing is half done: the former
// version or the new one is in force, with its keys, and the next start removes what
// neither needs.
func TestACrashBetweenKeysAndEventLeavesOneVersionWhole(t *testing.T) {
	t.Parallel()
	for _, landed := range []bool{false, true} {
		t.Run(fmt.Sprintf("appended %t", landed), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			former := o.connected(first(t)).InForce
			o.store = crashing{o.memory, landed}
			o.start()
			next, _ := handed(t, bagnacavallo+"-CO-9998", pki.Options{})
			if _, err := o.Replace(t.Context(), comune, asSystem, commands.NewConnection{Machine: next}); !errors.Is(err, errCrash) {
				t.Fatalf("no crash: %v", err)
			}
			if len(o.files()) != 4 {
				t.Fatalf("in the folder before the start: %v", o.files())
			}

			o.store = o.memory
			o.start()
			o.now = func() time.Time { return time.Now().Add(2 * time.Hour) }
			if err := o.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			o.now = time.Now
			v := o.state().ComuneConnected
			if landed != (v.Version == 2) || landed == (v == former) {
				t.Errorf("in force: %+v", v)
			}
			if got := o.files(); !slices.Equal(got, keystoresOf(v)) {
				t.Errorf("in the folder %v, want %v", got, keystoresOf(v))
			}
			if err := o.ask("CRASH1"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAnInterruptedWriteIsSwept(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	v := o.connected(first(t)).InForce
	half := bagnacavallo + "-0123456789abcdef0123456789abcdef"
	for _, suffix := range []string{".password", ".p12.draft"} {
		if err := os.WriteFile(filepath.Join(o.config.Keystores, half+suffix), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o.now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	if err := o.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := o.files(); !slices.Equal(got, keystoresOf(v)) {
		t.Errorf("in the folder %v, want %v", got, keystoresOf(v))
	}
}

func TestKeysThatCannotBeKeptAreNotPutInForce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	former := o.connected(first(t)).InForce
	o.config.Password = func(string) (string, error) { return "", errors.New("no such password") } // what is read back does not open
	o.start()
	next, _ := handed(t, bagnacavallo+"-CO-9998", pki.Options{})
	if _, err := o.Replace(t.Context(), comune, asSystem, commands.NewConnection{Machine: next}); err == nil {
		t.Error("kept")
	}
	if o.state().ComuneConnected != former || !slices.Equal(o.files(), keystoresOf(former)) {
		t.Errorf("in force %+v, in the folder %v", o.state(), o.files())
	}
}
