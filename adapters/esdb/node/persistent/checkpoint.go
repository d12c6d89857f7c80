package persistent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// checkpointType is the type of checkpoints, which are events of the group's
// checkpoint stream, as on a real server. Their data is a JSON string:
// Key.positionText. The newest one is in force.
const checkpointType = "SubscriptionCheckpoint"

// positionText is a position of the log as "C:n/P:n", or a revision as a number.
func (k Key) positionText(position uint64) string {
	if k.All() {
		return fmt.Sprintf("C:%d/P:%d", position, position)
	}
	return strconv.FormatUint(position, 10)
}

// parsePosition is the inverse of positionText.
func (k Key) parsePosition(text string) (uint64, bool) {
	if k.All() {
		commit, _, found := strings.Cut(text, "/P:")
		digits, marked := strings.CutPrefix(commit, "C:")
		if !found || !marked {
			return 0, false
		}
		text = digits
	}
	position, err := strconv.ParseUint(text, 10, 63)
	return position, err == nil
}

// writeCheckpoint returns when the checkpoint is durable.
func writeCheckpoint(j *journal.Journal, k Key, position uint64) error {
	_, err := j.Append(context.Background(), journal.Append{Stream: k.checkpointStream(), Expected: journal.Any,
		Events: []journal.Proposed{{ID: uuid.New(), Type: checkpointType, JSON: true, Data: strconv.AppendQuote(nil, k.positionText(position))}}})
	return err
}

// loadCheckpoint reads the checkpoint in force; nil when there is none. A
// *journal.Damage error says that it is unreadable.
func loadCheckpoint(j *journal.Journal, k Key) (*uint64, error) {
	var page journal.Page
	err := j.ReadStream(&page, journal.StreamRead{Stream: k.checkpointStream(), From: journal.MaxRevision, Backwards: true, Most: 1})
	var deleted *journal.Deleted
	switch {
	case errors.Is(err, journal.ErrNotFound), errors.As(err, &deleted):
		return nil, nil
	case err != nil:
		return nil, err
	case len(page.Events) == 0:
		return nil, nil
	}
	var text string
	if json.Unmarshal(page.Events[0].Data, &text) == nil {
		if position, ok := k.parsePosition(text); ok {
			return &position, nil
		}
	}
	return nil, &journal.Damage{Reason: fmt.Sprintf("group %s: its checkpoint cannot be read", k)}
}

// forgetStream soft-deletes a stream of a group, if it is not deleted already. A
// later group of the same name sees none of its events; new ones get higher
// revisions.
func forgetStream(ctx context.Context, j *journal.Journal, stream string) error {
	_, err := j.Delete(ctx, stream, journal.StreamExists)
	var absent *journal.WrongVersion
	var deleted *journal.Deleted
	if errors.As(err, &absent) || errors.As(err, &deleted) {
		return nil
	}
	return err
}
