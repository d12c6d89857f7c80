package batch_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/visure-anagrafiche/visure/batch"
)

// calls are calls that end when they are let, each with the error it is given.
type calls struct {
	queue batch.Queue[[]int]
	made  [][]int
	end   chan error
}

func (c *calls) do(ctx context.Context, n int) error {
	_, err := c.queue.Do(ctx, func(all *[]int) { *all = append(*all, n) }, nil, func(all *[]int) error {
		c.made = append(c.made, *all)
		return <-c.end
	})
	return err
}

func TestWhoComesDuringACallSharesTheNextWithItsError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, broken := &calls{end: make(chan error)}, errors.New("broken")
		var all sync.WaitGroup
		come := func(n int, want error) {
			all.Go(func() {
				if err := c.do(t.Context(), n); !errors.Is(err, want) {
					t.Errorf("%d got %v", n, err)
				}
			})
			synctest.Wait()
		}
		come(1, nil)
		come(2, broken)
		come(3, broken)
		c.end <- nil
		synctest.Wait()
		come(4, nil) // the second call has begun
		c.end <- broken
		synctest.Wait()
		c.end <- nil
		all.Wait()
		if !slices.EqualFunc(c.made, [][]int{{1}, {2, 3}, {4}}, slices.Equal[[]int]) {
			t.Errorf("calls were made for %v", c.made)
		}
	})
}

func TestWhoGivesUpHarmsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &calls{end: make(chan error)}
		ctx, giveUp := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			if err := c.do(ctx, 1); !errors.Is(err, context.Canceled) {
				t.Errorf("who gave up got %v", err)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if err := c.do(t.Context(), 2); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		giveUp()
		synctest.Wait()
		c.end <- nil
		c.end <- nil
		all.Wait()
	})
}
