package esdb

import (
	"context"
	"fmt"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// groupName is the server's name of a persistent subscription. Groups on $all
// share one space of names, and the filter of an existing one can never be
// changed, so what the topic takes in is part of the name.
func (s *Subscriber) groupName(src source) string { return s.config.Group + "." + src.group }

// settings are always given in full: the client's defaults start at the end and
// forget up to nine finished events.
//
// Who wakes a process needs no order within a stream, so any consumer that is free
// gets the next event. Pinned would keep it for the one of its stream's bucket: with one
// event in flight a consumer, some streams would wait behind a slow one while
// others' consumers are idle.
func (s *Subscriber) settings(src source) es.PersistentSubscriptionSettings {
	set := es.SubscriptionSettingsDefault()
	set.ConsumerStrategyName = es.ConsumerStrategyPinned
	if src.category != "" {
		set.ConsumerStrategyName = es.ConsumerStrategyRoundRobin
	}
	set.CheckpointLowerBound = 1
	set.MaxRetryCount = int32(s.config.ServerRetries)
	set.MessageTimeout = int32(s.config.MessageTimeout.Milliseconds())
	return set
}

// prepare makes the group of a topic if it does not exist, and notes where the
// settings of an existing one differ from ours.
func (s *Subscriber) prepare(ctx context.Context, src source) error {
	if !s.config.Unmanaged {
		err := s.create(ctx, src)
		if err != nil && codeOf(err) != es.ErrorCodeResourceAlreadyExists {
			return fmt.Errorf("create group %s: %w", s.groupName(src), err)
		}
	}
	info, err := s.info(ctx, src)
	if err != nil {
		return err
	}
	drift := differences(s.settings(src), *info.Settings)
	if len(drift) > 0 {
		s.log.Warn("group has other settings than ours", "group", s.groupName(src), "settings", drift)
	}
	s.figures.drifted(src.topic, drift)
	return nil
}

func (s *Subscriber) create(ctx context.Context, src source) error {
	settings, name := s.settings(src), s.groupName(src)
	var revision es.StreamPosition = es.Start{}
	var position es.AllPosition = es.Start{}
	if s.config.FromEnd {
		revision, position = es.End{}, es.End{}
	}
	_, err := guard(ctx, s.client, func(ctx context.Context, client *es.Client) (struct{}, error) {
		if src.stream != "" {
			return struct{}{}, client.CreatePersistentSubscription(ctx, src.stream, name,
				es.PersistentStreamSubscriptionOptions{Settings: &settings, StartFrom: revision})
		}
		return struct{}{}, client.CreatePersistentSubscriptionToAll(ctx, name,
			es.PersistentAllSubscriptionOptions{Settings: &settings, StartFrom: position, MaxSearchWindow: feedWindow, Filter: src.filter})
	})
	return err
}

func (s *Subscriber) info(ctx context.Context, src source) (*es.PersistentSubscriptionInfo, error) {
	name := s.groupName(src)
	info, err := guard(ctx, s.client, func(ctx context.Context, client *es.Client) (*es.PersistentSubscriptionInfo, error) {
		if src.stream != "" {
			return client.GetPersistentSubscriptionInfo(ctx, src.stream, name, es.GetPersistentSubscriptionOptions{})
		}
		return client.GetPersistentSubscriptionInfoToAll(ctx, name, es.GetPersistentSubscriptionOptions{})
	})
	if err != nil {
		return nil, fmt.Errorf("info of group %s: %w", name, err)
	}
	return info, nil
}

// join connects a consumer with a buffer of one event: it gets the next when that
// one is settled, and while one fails the events of other consumers go on. The
// connection ends with life.
func (s *Subscriber) join(ctx, life context.Context, src source) (*es.PersistentSubscription, error) {
	name, options := s.groupName(src), es.SubscribeToPersistentSubscriptionOptions{BufferSize: 1}
	stream, _, err := subscribe(ctx, life, s.client, func(ctx context.Context, client *es.Client) (*es.PersistentSubscription, error) {
		if src.stream != "" {
			return client.SubscribeToPersistentSubscription(ctx, src.stream, name, options)
		}
		return client.SubscribeToPersistentSubscriptionToAll(ctx, name, options)
	})
	return stream, err
}

// differences names the settings in which a group is not as wanted.
func differences(want, have es.PersistentSubscriptionSettings) []string {
	var names []string
	differ := func(name string, want, have any) {
		if want != have {
			names = append(names, fmt.Sprintf("%s is %v, not %v", name, have, want))
		}
	}
	differ("resolve links", want.ResolveLinkTos, have.ResolveLinkTos)
	differ("strategy", want.ConsumerStrategyName, have.ConsumerStrategyName)
	differ("max retries", want.MaxRetryCount, have.MaxRetryCount)
	differ("message timeout", millis(want.MessageTimeout), millis(have.MessageTimeout))
	differ("min checkpoint", want.CheckpointLowerBound, have.CheckpointLowerBound)
	differ("max checkpoint", want.CheckpointUpperBound, have.CheckpointUpperBound)
	differ("checkpoint after", millis(want.CheckpointAfter), millis(have.CheckpointAfter))
	differ("max subscribers", want.MaxSubscriberCount, have.MaxSubscriberCount)
	return names
}

func millis(n int32) time.Duration { return time.Duration(n) * time.Millisecond }
