package simulator

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/wssecurity"
)

// maxRequest is more than any request needs.
const maxRequest = 1 << 20

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for _, op := range operations {
		mux.HandleFunc("POST "+op.path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, op) })
	}
	return mux
}

// serve takes one call from its bytes to its answer.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, op operation) {
	start := time.Now()
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	var tooLarge *http.MaxBytesError
	if err != nil && !errors.As(err, &tooLarge) {
		s.log.Debug("a request broke off", "operation", op.code)
		return // the caller is gone, and nothing has been asked
	}
	call := Call{At: s.now(), Operation: op.code}
	defer func() {
		call.Took = time.Since(start)
		s.journal.add(call)
		s.log.Debug("call", "operation", call.Operation, "comune", call.Comune, "id", call.ID, "replay", call.Replay, "outcome", call.Outcome)
	}()
	m, bad := s.receive(data, tooLarge == nil && strings.HasPrefix(r.Header.Get("Content-Type"), "text/xml"), op)
	if bad != nil {
		call.Outcome = "fault " + bad.Error()
		s.fault(w, fault11(bad.Reason))
		return
	}
	subject := s.subjectCode(m)
	call.Comune, call.ID, call.Subject = m.caller.Comune, m.id, s.journal.subject(subject)
	rule := s.script.next(call.Comune, op.code, subject)
	if rule != nil {
		call.Rule, call.Outcome = rule.Kind, string(rule.Kind)
		if s.misbehave(w, rule) {
			return
		}
	}
	ans, err := s.process(m, rule, &call)
	if err != nil {
		s.log.Error("answer", "error", err)
		call.Outcome = "fault"
		s.fault(w, fault11("Internal Error (from server)"))
		return
	}
	call.Outcome = ans.Outcome
	s.deliver(w, r, ans, rule, &call)
}

// receive reads the request and checks its security header.
func (s *Server) receive(data []byte, readable bool, op operation) (message, *wssecurity.Refusal) {
	if !readable {
		return message{}, &wssecurity.Refusal{Reason: wssecurity.InternalError, Cause: "too long or not text/xml"}
	}
	env, err := parseEnvelope(data)
	if err != nil {
		return message{}, &wssecurity.Refusal{Reason: wssecurity.InternalError, Cause: err.Error()}
	}
	now := s.now()
	caller, err := s.verifier.Verify(env, now)
	if err != nil {
		var bad *wssecurity.Refusal
		if !errors.As(err, &bad) {
			bad = &wssecurity.Refusal{Reason: wssecurity.InternalError, Cause: err.Error()}
		}
		return message{}, bad
	}
	return op.open(env, caller, now), nil
}

// misbehave does what a rule wants before processing, and says whether that
// ended the call.
func (s *Server) misbehave(w http.ResponseWriter, r *Rule) bool {
	switch r.Kind {
	case Fault, Fault12, Unavailable, Reset:
		s.pause(s.script.wait() + r.Delay)
	}
	switch r.Kind {
	case Fault:
		text := r.Text
		if text == "" {
			text = Faultstrings[0]
		}
		s.fault(w, fault11(text))
	case Fault12:
		text := r.Text
		if text == "" {
			text = "Internal Error (from server)"
		}
		s.fault(w, fault12(text))
	case Unavailable:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "<html><body><h1>503 Service Unavailable</h1></body></html>")
	case Reset:
		panic(http.ErrAbortHandler)
	default:
		return false
	}
	return true
}

// process makes the answer, or finds the one stored under the request's id.
func (s *Server) process(m message, rule *Rule, call *Call) (answer, error) {
	if bad := s.checkHeader(m); bad != nil {
		call.ANPRID = "0"
		return s.write(m, no(bad), "0", rule), nil
	}
	state, ans, id, err := s.answers.begin(m.sender, m.id, m.op.code)
	if err != nil {
		return answer{}, err
	}
	switch state {
	case elsewhere:
		return s.write(m, no(refuse("EN079")), "0", rule), nil
	case running:
		// Public tickets show this text with the code of an empty result.
		return s.write(m, no(&refusal{Code: "EN122", Text: "La richiesta e' ancora in elaborazione"}), "0", rule), nil
	case stored:
		call.Replay, call.ANPRID = true, id
		s.pause(s.script.wait())
		return ans, nil
	}
	call.ANPRID = id
	wait := s.script.wait()
	if rule != nil {
		wait += rule.Delay
	}
	if !s.pause(wait) {
		s.answers.abandon(m.sender, m.id)
		return answer{}, errors.New("stopped")
	}
	ans = s.write(m, s.reply(m, rule, id), id, rule)
	return ans, s.answers.finish(m.sender, m.id, m.op.code, id, ans)
}

// reply asks the operation, unless a rule has the answer.
func (s *Server) reply(m message, rule *Rule, anprID string) reply {
	if rule != nil && rule.Kind == EmptyErrors {
		return reply{}
	}
	if rule != nil && rule.Kind == Error {
		bad := refuse(rule.Code)
		if rule.Text != "" {
			bad.Text = rule.Text
		}
		rep := no(bad)
		if rule.Code == "999" || rule.Code == "EN493" {
			rep.refusals = append([]refusal{assistance(m.received, anprID)}, rep.refusals...)
		}
		return rep
	}
	if m.op.code == "6001" {
		return s.certify(m)
	}
	return s.consult(m)
}

// deliver sends the answer, or does not, as a rule wants.
func (s *Server) deliver(w http.ResponseWriter, r *http.Request, ans answer, rule *Rule, call *Call) {
	kind := Kind("")
	if rule != nil {
		kind = rule.Kind
	}
	switch {
	case kind == Hang:
		call.Outcome = "hang " + ans.Outcome
		select {
		case <-r.Context().Done():
		case <-s.done:
		}
		panic(http.ErrAbortHandler)
	case kind == Lost:
		call.Outcome = "lost " + ans.Outcome
		panic(http.ErrAbortHandler)
	case kind == MTOM || len(ans.PDF) > 0:
		writeMTOM(w, ans)
	default:
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		_, _ = w.Write(envelope(ans.Body)) // a caller who left needs no answer
	}
}

func (s *Server) fault(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = w.Write(body)
}

// pause waits, caller or no caller, and says whether the server still runs.
func (s *Server) pause(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.done:
		return false
	}
}
