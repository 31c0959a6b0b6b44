"""Service centres for party and people (党群服务中心): rooms, bookings, activities, the calendar."""
