package auth

import (
	"encoding/gob"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// evaluators are those that are free, of which each asks a process of its own. A
// processor that evaluates does nothing else for some 30 ms, and argon2 starts
// goroutines that no priority of a thread reaches: the priority of a process does.
type evaluators chan *evaluator

// evaluator asks one process, which it starts when it is asked itself.
type evaluator struct {
	command func() *exec.Cmd
	process *process // nil: none is started
}

func newEvaluators(n int, command func() *exec.Cmd) evaluators {
	all := make(evaluators, n)
	for range n {
		all <- &evaluator{command: command}
	}
	return all
}

// ask waits for one that is free. A process that ends over it, or before, is replaced
// once.
func (all evaluators) ask(q question) (verdict, error) {
	e := <-all
	defer func() { all <- e }()
	v, err := e.ask(q)
	if err != nil {
		v, err = e.ask(q)
	}
	return v, err
}

// close ends the processes, each once it has answered.
func (all evaluators) close() {
	for range cap(all) {
		e := <-all
		e.stop()
		defer func() { all <- e }()
	}
}

func (e *evaluator) ask(q question) (v verdict, err error) {
	if e.process == nil {
		if e.process, err = startProcess(e.command()); err != nil {
			return v, err
		}
	}
	if err = e.process.questions.Encode(q); err == nil {
		err = e.process.verdicts.Decode(&v)
	}
	if err != nil {
		e.stop()
		return verdict{}, fmt.Errorf("ask the process that evaluates: %w", err)
	}
	return v, nil
}

func (e *evaluator) stop() {
	if e.process != nil {
		e.process.stop()
		e.process = nil
	}
}

// process runs EvaluatePasswords. It ends when this one does, by whatever cause: then
// the kernel closes the pipe it reads.
type process struct {
	questions *gob.Encoder
	verdicts  *gob.Decoder
	handle    *os.Process
	ended     chan struct{} // closed when it has, and nothing of it is left
}

// bounds is all of the environment a process gets. Of the memory it may take one
// evaluation is 19 MiB.
var bounds = []string{"GOMAXPROCS=1", "GOGC=100", "GOMEMLIMIT=128MiB"}

func startProcess(cmd *exec.Cmd) (*process, error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Env = bounds
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // also, Ctrl-C is for us: we end it
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a process that evaluates: %w", err)
	}
	p := &process{questions: gob.NewEncoder(in), verdicts: gob.NewDecoder(out), handle: cmd.Process, ended: make(chan struct{})}
	go func() {
		cmd.Wait() // how it ended makes no difference
		close(p.ended)
	}()
	return p, nil
}

// stop ends it at once.
func (p *process) stop() {
	p.handle.Kill()
	<-p.ended
}
