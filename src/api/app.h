#pragma once

#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "broker/contexts.h"
#include "store/store.h"
#include "trust/keys.h"

namespace musubi {

class FeedService;
class AlertService;
class SubscriptionService;
class LiveFeed;
class Site;
struct TownDescription;

/// What the interface works with. main.cpp makes it; everything in it outlives the server.
struct App {
    Store& store;
    Keys& keys;
    Contexts& contexts;
    const Clock& clock;
    Random& random;
    Log& log;
    Metrics& metrics;
    bool open = false;  ///< no key is asked for; only ever on loopback
};

}  // namespace musubi
