package archive

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

// disk is a disk whose flushes end when the test lets them, each as it is told.
type disk struct {
	begun []string
	end   chan error
}

func (d *disk) flush(dir string) error {
	d.begun = append(d.begun, dir)
	return <-d.end
}

// waiting starts n flushes of a folder and returns their outcomes, complete
// when the test has waited for them.
func waiting(f *folder, n int) (outcomes *[]error) {
	var mu sync.Mutex
	outcomes = new([]error)
	for range n {
		go func() {
			err := f.flush()
			mu.Lock()
			defer mu.Unlock()
			*outcomes = append(*outcomes, err)
		}()
	}
	synctest.Wait()
	return outcomes
}

func TestWhoComesDuringAFlushSharesTheNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &disk{end: make(chan error)}
		f := newFolder("archive/2ab", newFolder("archive", nil, d.flush), d.flush)
		first := waiting(f, 1)
		rest := waiting(f, 31)
		d.end <- nil // the archive, where the folder's name is
		d.end <- nil
		synctest.Wait()
		if len(*first) != 1 || len(*rest) != 0 {
			t.Errorf("after the first flush %d and %d have returned, want 1 and 0", len(*first), len(*rest))
		}
		d.end <- nil
		synctest.Wait()
		if len(*rest) != 31 || errors.Join(*rest...) != nil {
			t.Errorf("after the second flush %d have returned, %v", len(*rest), errors.Join(*rest...))
		}
		if want := []string{"archive", "archive/2ab", "archive/2ab"}; !slices.Equal(d.begun, want) {
			t.Errorf("flushed %q, want %q", d.begun, want)
		}
	})
}

func TestAFlushThatFailedFailsForAllWhoSharedItAndForGood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, broken := &disk{end: make(chan error)}, errors.New("input/output error")
		f := newFolder("archive/2ab", newFolder("archive", nil, d.flush), d.flush)
		first := waiting(f, 1)
		rest := waiting(f, 31)
		d.end <- nil
		d.end <- nil
		d.end <- unflushed{broken}
		synctest.Wait()
		if errors.Join(*first...) != nil {
			t.Errorf("the flush before fails with %v", *first)
		}
		later := waiting(f, 1)
		if len(*rest) != 31 || len(*later) != 1 {
			t.Fatalf("%d and %d have returned, want 31 and 1", len(*rest), len(*later))
		}
		for _, err := range append(*rest, *later...) {
			if !errors.Is(err, broken) {
				t.Errorf("error is %v", err)
			}
		}
		if len(d.begun) != 3 {
			t.Errorf("%d flushes were begun, want 3", len(d.begun))
		}
	})
}

// A directory that could not be opened has lost nothing.
func TestAFlushThatCouldNotBeginIsTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, closed := &disk{end: make(chan error)}, errors.New("too many open files")
		f := newFolder("archive/2ab", newFolder("archive", nil, d.flush), d.flush)
		for _, end := range [][]error{{closed}, {nil, closed}, {nil}} {
			outcome := waiting(f, 1)
			for _, err := range end {
				d.end <- err
			}
			synctest.Wait()
			if want := end[len(end)-1]; !errors.Is((*outcome)[0], want) {
				t.Errorf("error is %v, want %v", (*outcome)[0], want)
			}
		}
	})
}
