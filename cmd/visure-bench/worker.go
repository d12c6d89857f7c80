package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// worker is a child of this same program that does one thing after the other, in
// a process of its own so that what it costs is counted apart. A line of JSON on
// its input says what to do, a line on its output what came of it.
type worker struct {
	*child
	in   io.WriteCloser
	said io.Closer
	out  *json.Decoder // of what it said
}

// hire starts a worker by its subcommand. It ends with ctx; stop it before.
func hire(ctx context.Context, subcommand ...string) (*worker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, subcommand...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	said, out, err := os.Pipe() // not cmd's own, which is closed when the child ends
	if err != nil {
		return nil, err
	}
	cmd.Stdout = out
	c, err := spawn(cmd)
	out.Close()
	if err != nil {
		said.Close()
		return nil, err
	}
	return &worker{c, in, said, json.NewDecoder(said)}, nil
}

// do has the worker do one thing.
func (w *worker) do(task, result any) error {
	if err := json.NewEncoder(w.in).Encode(task); err != nil {
		return fmt.Errorf("tell the worker: %w", err)
	}
	if err := w.out.Decode(result); err != nil {
		return fmt.Errorf("hear from the worker: %w", err)
	}
	return nil
}

// stop lets the worker end after what it has in hand.
func (w *worker) stop() error {
	err := w.in.Close()
	<-w.ended
	return errors.Join(err, w.said.Close(), w.child.err)
}

// work is the worker's side: it does what each line says until there is no more.
func work[Task, Result any](ctx context.Context, do func(context.Context, Task) (Result, error)) error {
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	for {
		var task Task
		if err := in.Decode(&task); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read what to do: %w", err)
		}
		result, err := do(ctx, task)
		if err != nil {
			return err
		}
		if err := out.Encode(result); err != nil {
			return fmt.Errorf("say what came of it: %w", err)
		}
	}
}
