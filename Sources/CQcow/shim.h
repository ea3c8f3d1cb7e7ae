#pragma once
#include <libqcow.h>
